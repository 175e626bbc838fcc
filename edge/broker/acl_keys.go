package broker

import (
	"slices"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// access is what a command does with a key: reads what it holds, writes to it,
// or neither, as EXISTS.
type access uint8

const (
	reads access = 1 << iota
	writes
)

// access returns what the command does with its first key, and with the others.
func (cmd *command) access() (first, rest access) {
	switch flags := cmd.flags; {
	case flags&untouched != 0:
		return 0, 0
	case flags&updates != 0:
		return reads | writes, reads | writes
	case flags&moves != 0:
		return reads | writes, writes
	case flags&copies != 0:
		return reads, writes
	case flags&gathers != 0:
		return writes, reads
	case flags&write != 0:
		return writes, writes
	case flags&readonly != 0:
		return reads, reads
	}
	return 0, 0
}

// findKey returns the first of the keys that args name that is so, by what the
// command does to it. Where a count or an option makes no sense there are no
// keys: the command refuses that itself.
func (cmd *command) findKey(args [][]byte, is func([]byte, access) bool) (key []byte, found bool) {
	more, ok := cmd.movableKeys(args)
	if !ok || cmd.group == pubsubs { // whose channels are no keys
		return nil, false
	}
	first, last, step := cmd.keys.span()
	if last < 0 {
		last += len(args)
	}
	may, rest := cmd.access()
	if cmd.name == "set" && slices.ContainsFunc(args[3:], func(a []byte) bool { return isWord(a, "GET") }) {
		may |= reads
	}
	for i := first; step > 0 && i <= last && i < len(args); i += step {
		if is(args[i], may) {
			return args[i], true
		}
		may = rest
	}
	for _, key := range more {
		if is(key, rest) {
			return key, true
		}
	}
	return nil, false
}

// movableKeys are those that stand behind their number, or behind STREAMS. It
// reports false for a number that cannot be.
func (cmd *command) movableKeys(args [][]byte) (keys [][]byte, ok bool) {
	if cmd.name == "xread" || cmd.name == "xreadgroup" {
		return streamKeys(args[1:]), true
	}
	at := int(cmd.keys.countAt)
	if at == 0 {
		return nil, true
	}
	n, ok := resp.ParseInt(args[at])
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
		case isWord(args[i], "BLOCK") || isWord(args[i], "COUNT"):
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
