package broker

import (
	"strconv"

	"github.com/daebus/daebus-go/edge/broker/internal/stream"
)

// pendingFilter is what the long form of XPENDING asks for.
type pendingFilter struct {
	from, to stream.ID
	idle     int64 // milliseconds at least
	count    int64
	consumer []byte // nil: of all
}

func xpending(c *client, args [][]byte) {
	var f pendingFilter
	switch {
	case len(args) != 3 && (len(args) < 6 || len(args) > 9):
		c.errorText(errSyntax)
		return
	case len(args) > 3 && !f.read(c, args[3:]):
		return
	}
	m := member{c: c, key: args[1]}
	switch {
	case !m.isOf(args[2]):
	case len(args) == 3:
		c.pendingSummary(m.group)
	default:
		c.pendingList(m.group, &f)
	}
}

func (f *pendingFilter) read(c *client, args [][]byte) (ok bool) {
	if isWord(args[0], "IDLE") {
		if f.idle, ok = c.parseNumber(args[1], errNotInt); !ok {
			return false
		}
		if len(args) < 5 {
			c.errorText(errSyntax)
			return false
		}
		args = args[2:]
	}
	if f.count, ok = c.parseNumber(args[2], errNotInt); !ok {
		return false
	}
	if f.from, ok = c.parseBound(args[0], "start"); !ok {
		return false
	}
	if f.to, ok = c.parseBound(args[1], "end"); !ok {
		return false
	}
	if len(args) > 3 {
		f.consumer = args[3]
	}
	return true
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
	first := g.Pending.From(stream.ID{})
	first.Next()
	c.streamID(first.ID)
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

func (c *client) pendingList(g *stream.Group, f *pendingFilter) {
	list := &g.Pending
	if f.consumer != nil {
		consumer := g.Consumer(f.consumer)
		if consumer == nil {
			c.array(0)
			return
		}
		list = &consumer.Pending
	}
	now := c.b.store.now()
	at, n := len(c.replies), 0
	w := list.From(f.from)
	for int64(n) < f.count && w.Next() && !f.to.Less(w.ID) {
		if idle := now - w.Delivered; idle >= f.idle {
			n++
			c.pending(w.Pending, idle, true)
		}
	}
	c.arrayAt(at, n)
}

// pending replies one that is pending, with a time, and whose it is.
func (c *client) pending(p *stream.Pending, time int64, named bool) {
	if named {
		c.array(4)
	} else {
		c.array(3)
	}
	c.streamID(p.ID)
	if named {
		c.bulk(p.Consumer.Name)
	}
	c.int64(time)
	c.int64(p.Count)
}
