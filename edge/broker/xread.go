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

// xread is XREAD and XREADGROUP.
func xread(c *client, args [][]byte) {
	r, ok := c.parseReading(args[1:])
	if !ok || !c.resolve(&r) {
		return
	}
	at, n := len(c.replies), 0
	for i, key := range r.keys {
		m := member{c: c, key: key}
		if m.find(&r); m.has(r.after[i]) {
			n++
			m.read(&r, r.after[i])
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

func (c *client) parseReading(args [][]byte) (r reading, ok bool) {
	group := c.is(ofGroup)
	o := options{c: c, rest: args}
	for r.keys == nil && o.more() {
		switch {
		case o.take("BLOCK", 1):
			r.block = true
			r.timeout, ok = c.parseWait(o.value())
			o.check(ok)
		case o.take("COUNT", 1):
			r.count = max(o.number(errNotInt), 0)
		case o.take("STREAMS", 1):
			half := len(o.rest) / 2
			if r.keys, r.ids = o.rest[:half], o.rest[half:]; len(r.ids) != half {
				o.fail("ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.")
			}
		case o.take("GROUP", 2):
			if r.group, r.consumer = o.value(), o.value(); !group {
				o.fail("ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.")
			}
		case o.take("NOACK", 0):
			if r.noAck = true; !group {
				o.fail("ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.")
			}
		default:
			o.fail(errSyntax)
		}
	}
	switch {
	case r.keys == nil:
		o.fail(errSyntax)
	case group && r.group == nil:
		o.fail("ERR Missing GROUP option for XREADGROUP")
	}
	return r, !o.failed
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
