package broker

import (
	"math"
	"strconv"

	"github.com/daebus/daebus-go/edge/broker/internal/stream"
)

func xack(c *client, args [][]byte) {
	g, e, ok := c.heldGroup(args[1], args[2])
	if !ok {
		return
	}
	if g == nil {
		c.int(0)
		return
	}
	ids, ok := c.parseIDs(args[3:])
	if !ok {
		return
	}
	n := 0
	for _, id := range ids {
		if g.Ack(id) {
			n++
		}
	}
	if n > 0 {
		c.shifted(e)
	}
	c.int(n)
}

// pendingFilter is what the long form of XPENDING asks for.
type pendingFilter struct {
	from, to stream.ID
	idle     int64 // milliseconds at least
	count    int64
	consumer []byte // nil: of all
}

func xpending(c *client, args [][]byte) {
	if len(args) != 3 && (len(args) < 6 || len(args) > 9) {
		c.errorText(errSyntax)
		return
	}
	var f pendingFilter
	ok := true
	if len(args) > 3 {
		if f, ok = c.parsePending(args[3:]); !ok {
			return
		}
	}
	g, _, ok := c.heldGroup(args[1], args[2])
	switch {
	case !ok:
	case g == nil:
		c.noGroup(args[1], args[2])
	case len(args) == 3:
		c.pendingSummary(g)
	default:
		c.pendingList(g, f)
	}
}

func (c *client) noGroup(key, group []byte) {
	c.errorf("NOGROUP No such key '%s' or consumer group '%s'", cString(key, len(key)), cString(group, len(group)))
}

func (c *client) parsePending(args [][]byte) (f pendingFilter, ok bool) {
	if isWord(args[0], "IDLE") {
		if f.idle, ok = c.parseNumber(args[1], errNotInt); !ok {
			return f, false
		}
		if len(args) < 5 {
			c.errorText(errSyntax)
			return f, false
		}
		args = args[2:]
	}
	if f.count, ok = c.parseNumber(args[2], errNotInt); !ok {
		return f, false
	}
	if f.from, ok = c.parseBound(args[0], "start"); !ok {
		return f, false
	}
	if f.to, ok = c.parseBound(args[1], "end"); !ok {
		return f, false
	}
	if len(args) > 3 {
		f.consumer = args[3]
	}
	return f, true
}

func (c *client) pendingSummary(g *stream.Group) {
	c.array(4)
	c.int(g.Pending.Len())
	if g.Pending.Len() == 0 {
		c.null()
		c.null()
		c.nullArray()
		return
	}
	c.streamID(g.Pending.First().ID)
	c.streamID(g.Pending.Last().ID)
	at, n := len(c.replies), 0
	for _, consumer := range g.Consumers() {
		if has := consumer.Pending.Len(); has > 0 {
			n++
			c.array(2)
			c.field(consumer.Name, strconv.Itoa(has))
		}
	}
	c.arrayAt(at, n)
}

func (c *client) pendingList(g *stream.Group, f pendingFilter) {
	list := &g.Pending
	if f.consumer != nil {
		consumer := g.Consumer(f.consumer)
		if consumer == nil {
			c.array(0)
			return
		}
		list = &consumer.Pending
	}
	if f.idle == 0 {
		f.idle = math.MinInt64
	}
	now := c.b.store.now()
	at, n := len(c.replies), 0
	for p := range list.From(f.from) {
		if int64(n) >= f.count || f.to.Less(p.ID) {
			break
		}
		if now-p.Delivered < f.idle {
			continue
		}
		n++
		c.array(4)
		c.streamID(p.ID)
		c.bulk(p.Consumer.Name)
		c.int64(max(now-p.Delivered, 0))
		c.int64(p.Count)
	}
	c.arrayAt(at, n)
}
