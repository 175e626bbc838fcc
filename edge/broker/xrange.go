package broker

import (
	"iter"
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

// items replies entries, at most so many.
func (c *client) items(entries iter.Seq[stream.Entry], count int64) {
	at, n := len(c.replies), 0
	for e := range entries {
		c.item(e)
		if n++; int64(n) == count || !c.hasRoom() {
			break
		}
	}
	c.arrayAt(at, n)
}

func xdel(c *client, args [][]byte) {
	l, e, ok := held[*log](c, args[1])
	if !ok {
		return
	}
	if e == nil {
		c.int(0)
		return
	}
	ids, ok := c.parseIDs(args[2:])
	if !ok {
		return
	}
	deleted := 0
	for _, id := range ids {
		if l.Delete(id) {
			deleted++
		}
	}
	if deleted > 0 {
		c.changed(e)
	}
	c.int(deleted)
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
			deleted, ok = c.parseID(o.value(), 0)
			if o.check(ok); last.Less(deleted) {
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
