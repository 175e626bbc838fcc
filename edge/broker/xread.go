package broker

import (
	"time"

	"github.com/daebus/daebus-go/edge/broker/internal/stream"
)

// reading is what XREAD and XREADGROUP ask for.
type reading struct {
	group, consumer []byte // nil: XREAD
	noAck           bool
	count           int64 // entries of each stream; 0 = all
	block           bool
	timeout         time.Duration // 0 = for ever
	keys, ids       [][]byte
	after           []stream.ID // by key; Max of a group means what is new to it
}

// blockedCount is how many entries of a stream a client gets that waited for
// them and did not say.
const blockedCount = 1000

func xread(c *client, args [][]byte) { c.read(args, "xread") }

func xreadgroup(c *client, args [][]byte) { c.read(args, "xreadgroup") }

func (c *client) read(args [][]byte, command string) {
	r, ok := c.parseReading(args[1:], command)
	if !ok || !c.resolve(&r) {
		return
	}
	at, n := len(c.replies), 0
	for i, key := range r.keys {
		if r.available(c, i) {
			n++
			c.readStream(&r, key, r.after[i])
		}
	}
	switch {
	case n > 0:
		c.insertStreams(at, n)
	case r.block:
		if r.count == 0 {
			r.count = blockedCount
		}
		c.block(r.keys, r.timeout, func(key []byte) bool { return c.readBlocked(&r, key) }, c.nullArray)
	default:
		c.nullArray()
	}
}

func (c *client) parseReading(args [][]byte, command string) (r reading, ok bool) {
	group := command == "xreadgroup"
	for i := 0; i < len(args) && r.keys == nil; i++ {
		more := len(args) - i - 1
		switch {
		case isWord(args[i], "BLOCK") && more > 0:
			i++
			r.block = true
			if r.timeout, ok = c.parseWait(args[i]); !ok {
				return r, false
			}
		case isWord(args[i], "COUNT") && more > 0:
			i++
			if r.count, ok = c.parseNumber(args[i], errNotInt); !ok {
				return r, false
			}
			r.count = max(r.count, 0)
		case isWord(args[i], "STREAMS") && more > 0:
			rest := args[i+1:]
			if len(rest)%2 != 0 {
				c.errorText("ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.")
				return r, false
			}
			r.keys, r.ids = rest[:len(rest)/2], rest[len(rest)/2:]
		case isWord(args[i], "GROUP") && more > 1:
			if !group {
				c.errorText("ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.")
				return r, false
			}
			r.group, r.consumer = args[i+1], args[i+2]
			i += 2
		case isWord(args[i], "NOACK"):
			if !group {
				c.errorText("ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.")
				return r, false
			}
			r.noAck = true
		default:
			c.errorText(errSyntax)
			return r, false
		}
	}
	switch {
	case r.keys == nil:
		c.errorText(errSyntax)
	case group && r.group == nil:
		c.errorText("ERR Missing GROUP option for XREADGROUP")
	default:
		return r, true
	}
	return r, false
}

// resolve finds out behind which entry each stream is to be read, or replies
// the error.
func (c *client) resolve(r *reading) bool {
	r.after = make([]stream.ID, len(r.keys))
	for i, key := range r.keys {
		l, e, ok := held[*log](c, key)
		if !ok {
			return false
		}
		if r.group != nil && (e == nil || l.Group(r.group) == nil) {
			c.errorf("NOGROUP No such key '%s' or consumer group '%s' in XREADGROUP with GROUP option", cString(key, len(key)), cString(r.group, len(r.group)))
			return false
		}
		switch id := cString(r.ids[i], len(r.ids[i])); {
		case id == "$" && r.group != nil:
			c.errorText("ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result set.")
			return false
		case id == "$":
			if e != nil {
				r.after[i] = l.Last
			}
		case id == ">" && r.group == nil:
			c.errorText("ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.")
			return false
		case id == ">":
			r.after[i] = stream.Max
		default:
			if r.after[i], ok = c.parseID(r.ids[i], 0); !ok {
				return false
			}
		}
	}
	return true
}

// available reports whether a stream can be read at once. What a consumer has
// pending always can.
func (r *reading) available(c *client, i int) bool {
	e := c.b.store.get(c.db, r.keys[i])
	if e == nil {
		return false
	}
	l, after := e.value.(*log), r.after[i]
	if r.group != nil {
		if after != stream.Max {
			return true
		}
		after = l.Group(r.group).Last
	}
	return after.Less(l.Last) && after.Less(l.Top())
}
