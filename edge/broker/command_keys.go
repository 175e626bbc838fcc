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
func (cmd *command) access(args [][]byte) (first, rest access) {
	switch flags := cmd.flags; {
	case flags&untouched != 0:
	case flags&updates != 0:
		return reads | writes, reads | writes
	case flags&moves != 0:
		return reads | writes, writes
	case flags&copies != 0:
		return reads, writes
	case flags&gathers != 0 && cmd.keys.first == 0: // they are all behind
		return reads, reads
	case flags&gathers != 0:
		return writes, reads
	case cmd.name == "set" && slices.ContainsFunc(args[3:], func(a []byte) bool { return isWord(a, "GET") }):
		return reads | writes, 0
	case flags&write != 0:
		return writes, writes
	case flags&readonly != 0:
		return reads, reads
	}
	return 0, 0
}

// keysIn returns the keys that args name. Where a count or an option makes no
// sense there are none: the command refuses that itself.
func (cmd *command) keysIn(args [][]byte) (keys [][]byte) {
	first, last, step := cmd.keys.span()
	if last < 0 {
		last += len(args)
	}
	switch at := int(cmd.keys.countAt); {
	case cmd.group == pubsubs: // whose channels are no keys
	case cmd.group == streams && cmd.flags&movable != 0:
		keys = streamKeys(args[1:])
	case at > 0:
		n, ok := resp.ParseInt(args[at])
		if rest := args[at+1:]; ok && n >= 0 && n <= int64(len(rest)) {
			keys = rest[:n]
			if first > 0 { // that of the result, before the count
				keys = append(args[first:at:at], keys...)
			}
		}
	case step == 1:
		keys = args[first:min(last+1, len(args))]
	case step > 1:
		for i := first; i <= last; i += step {
			keys = append(keys, args[i])
		}
	}
	return keys
}

// streamKeys are those behind STREAMS.
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

// channelsIn returns the channels, or patterns of them, that args want to publish
// or subscribe to.
func (cmd *command) channelsIn(args [][]byte) [][]byte {
	switch cmd.name {
	case "publish", "spublish":
		return args[1:2]
	case "subscribe", "ssubscribe", "psubscribe":
		return args[1:]
	}
	return nil
}
