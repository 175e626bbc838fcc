package broker

import (
	"iter"
	"slices"
	"strings"
)

// access is what a command does with a key: reads what it holds, writes to it,
// or neither, as EXISTS.
type access uint8

const (
	reads access = 1 << iota
	writes
)

// keyUse says what a command does with its keys, and where they are when
// command.keys does not.
type keyUse struct {
	first, rest access
	countAt     int // the argument that says how many keys follow; 0 = none does
}

// keyUses holds the commands that do not simply read keys when they are
// readonly, and write to keys when they write, and those of Redis' own
// specifications of keys.
func keyUses() map[string]keyUse {
	uses := make(map[string]keyUse)
	for names, use := range map[string]keyUse{
		"exists hexists hlen hstrlen llen memory|usage scard sismember strlen touch type watch xlen zcard":                                                       {},
		"object|encoding object|freq object|idletime object|refcount":                                                                                            {},
		"blpop brpop bzpopmax bzpopmin decr decrby getdel getex getset hincrby hincrbyfloat incr incrby incrbyfloat lpop move rpop spop zincrby zpopmax zpopmin": {first: reads | writes, rest: reads | writes},
		"blmove brpoplpush lmove rename renamenx rpoplpush smove":                                                                                                {first: reads | writes, rest: writes},
		"copy": {first: reads, rest: writes},
		"sdiffstore sinterstore sunionstore zrangestore": {first: writes, rest: reads},
		"zdiffstore zinterstore zunionstore":             {first: writes, rest: reads, countAt: 2},
		"sintercard zdiff zinter zintercard zunion":      {rest: reads, countAt: 1},
		"lmpop zmpop":                {rest: reads | writes, countAt: 1},
		"blmpop bzmpop eval evalsha": {rest: reads | writes, countAt: 2},
		"xreadgroup":                 {rest: reads},
	} {
		for name := range strings.FieldsSeq(names) {
			uses[name] = use
		}
	}
	return uses
}

// useOf returns what a command does with its keys.
func useOf(cmd *command, uses map[string]keyUse) keyUse {
	use, ok := uses[cmd.name]
	switch {
	case ok:
		return use
	case cmd.flags&write != 0:
		return keyUse{first: writes, rest: writes}
	case cmd.flags&readonly != 0:
		return keyUse{first: reads, rest: reads}
	}
	return keyUse{}
}

// keysIn returns the keys that args name, each with what the command does to it.
// Where a count or an option makes no sense there are none: the command refuses
// that itself.
func (cmd *command) keysIn(args [][]byte) iter.Seq2[[]byte, access] {
	return func(yield func([]byte, access) bool) {
		more, ok := cmd.movableKeys(args)
		if !ok || cmd.group == "pubsub" { // whose channels are no keys
			return
		}
		first, last, step := cmd.keys[0], cmd.keys[1], cmd.keys[2]
		if last < 0 {
			last += len(args)
		}
		may := cmd.use.first
		if cmd.name == "set" && slices.ContainsFunc(args[3:], func(a []byte) bool { return isWord(a, "GET") }) {
			may |= reads
		}
		for i := first; step > 0 && i <= last && i < len(args); i += step {
			if !yield(args[i], may) {
				return
			}
			may = cmd.use.rest
		}
		for _, key := range more {
			if !yield(key, cmd.use.rest) {
				return
			}
		}
	}
}

// movableKeys are those that stand behind their number, or behind STREAMS. It
// reports false for a number that cannot be.
func (cmd *command) movableKeys(args [][]byte) (keys [][]byte, ok bool) {
	if cmd.name == "xread" || cmd.name == "xreadgroup" {
		return streamKeys(args[1:]), true
	}
	at := cmd.use.countAt
	if at == 0 {
		return nil, true
	}
	n, ok := parseInt(args[at])
	rest := args[at+1:]
	if !ok || n < 0 || n > int64(len(rest)) {
		return nil, false
	}
	return rest[:n], true
}

func streamKeys(args [][]byte) [][]byte {
	for i := 0; i < len(args); i++ {
		switch {
		case isWord(args[i], "STREAMS"):
			rest := args[i+1:]
			return rest[:len(rest)/2]
		case isWord(args[i], "BLOCK", "COUNT"):
			i++
		case isWord(args[i], "GROUP"):
			i += 2
		}
	}
	return nil
}

// channelsIn returns the channels that args want to publish or subscribe to;
// literal means that they are patterns.
func (cmd *command) channelsIn(args [][]byte) (channels [][]byte, literal bool) {
	switch cmd.name {
	case "publish", "spublish":
		return args[1:2], false
	case "subscribe", "ssubscribe":
		return args[1:], false
	case "psubscribe":
		return args[1:], true
	}
	return nil, false
}
