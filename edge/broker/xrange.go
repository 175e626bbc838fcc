package broker

import (
	"math"

	"github.com/daebus/daebus-go/edge/broker/internal/stream"
)

// xrange is XRANGE and XREVRANGE.
func xrange(c *client, args [][]byte) {
	start, end := args[2], args[3]
	if c.is(reverse) {
		start, end = end, start
	}
	from, ok := c.parseBound(start, "start")
	if !ok {
		return
	}
	to, ok := c.parseBound(end, "end")
	if !ok {
		return
	}
	count := int64(math.MaxInt64)
	o := options{c: c, rest: args[4:]}
	for o.more() {
		if !o.take("COUNT", 1) {
			o.fail(errSyntax)
			break
		}
		count = o.number(errNotInt)
	}
	if o.failed {
		return
	}
	l, e, ok := held[*log](c, args[1])
	switch {
	case !ok:
	case e == nil:
		c.array(0)
	case count <= 0:
		c.nullArray()
	case c.is(reverse):
		c.items(l.Backward(to, from), count)
	default:
		c.items(l.Range(from, to), count)
	}
}

// xdel is XDEL and XACK: entries go from the stream, or from what is pending in a
// group.
func xdel(c *client, args [][]byte) {
	l, e, ok := held[*log](c, args[1])
	if !ok {
		return
	}
	var g *stream.Group
	ids := args[2:]
	if c.is(ofGroup) {
		ids = args[3:]
		if e != nil {
			g = l.Group(args[2])
		}
	}
	if e == nil || g == nil && c.is(ofGroup) {
		c.int(0)
		return
	}
	list, ok := c.parseIDs(ids)
	if !ok {
		return
	}
	n := 0
	for _, id := range list {
		if g != nil && g.Ack(id) || g == nil && l.Delete(id) {
			n++
		}
	}
	switch {
	case n == 0:
	case g == nil:
		c.changed(e)
	default:
		c.shifted(e)
	}
	c.int(n)
}

// parseIDs reads several IDs, or replies the error.
func (c *client) parseIDs(args [][]byte) (ids []stream.ID, ok bool) {
	ids = make([]stream.ID, len(args))
	for i, a := range args {
		if ids[i], ok = c.parseID(a, 0); !ok {
			return nil, false
		}
	}
	return ids, true
}

// xsetid is for logs and replicas: it sets what a stream remembers of entries
// that are gone.
func xsetid(c *client, args [][]byte) {
	last, ok := c.parseID(args[2], 0)
	if !ok {
		return
	}
	added, deleted := int64(-1), stream.ID{}
	o := options{c: c, rest: args[3:]}
	for o.more() {
		switch {
		case o.take("ENTRIESADDED", 1):
			if added = o.number(errNotInt); added < 0 {
				o.fail("ERR entries_added must be positive")
			}
		case o.take("MAXDELETEDID", 1):
			if deleted = o.streamID(); last.Less(deleted) {
				o.fail("ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id")
			}
		default:
			o.fail(errSyntax)
		}
	}
	if o.failed {
		return
	}
	l, e, ok := held[*log](c, args[1])
	switch {
	case !ok:
	case e == nil:
		c.errorText(errNoKey)
	case last.Less(l.Top()):
		c.errorText("ERR The ID specified in XSETID is smaller than the target stream top item")
	case added >= 0 && int64(l.Len()) > added:
		c.errorText("ERR The entries_added specified in XSETID is smaller than the target stream length")
	default:
		l.Last = last
		if added >= 0 {
			l.Added = added
		}
		if !deleted.IsZero() {
			l.Deleted = deleted
		}
		c.shifted(e)
		c.ok()
	}
}
