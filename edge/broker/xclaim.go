package broker

import "github.com/daebus/daebus-go/edge/broker/internal/stream"

// claim is what XCLAIM asks for.
type claim struct {
	idle        int64 // of an entry at least, in milliseconds
	ids         []stream.ID
	delivered   int64 // milliseconds of store.now
	count       int64 // -1: one more
	force, bare bool  // FORCE, JUSTID
	last        stream.ID
}

func xclaim(c *client, args [][]byte) {
	g, e, ok := c.heldGroup(args[1], args[2])
	if !ok {
		return
	}
	if g == nil {
		c.noGroup(args[1], args[2])
		return
	}
	cl, ok := c.parseClaim(args[4:])
	if !ok {
		return
	}
	if g.Last.Less(cl.last) {
		g.Last = cl.last
		c.logProgress(args[1], g)
	}
	m := member{c: c, log: e.value.(*log), key: args[1], group: g, name: args[3]}
	now := c.b.store.now()
	at, n := len(c.replies), 0
	for _, id := range cl.ids {
		p := g.Pending.Find(id)
		item, exists := m.log.Get(id)
		switch {
		case !exists && p != nil:
			m.drop(p)
			fallthrough
		case !exists, p == nil && !cl.force, p != nil && cl.idle > 0 && now-p.Delivered < cl.idle:
			continue
		case p == nil:
			p = g.Deliver(id, m.consumer(), now)
		}
		n++
		p.Delivered = cl.delivered
		switch {
		case cl.count >= 0:
			p.Count = cl.count
		case !cl.bare:
			p.Count++
		}
		m.take(p, item, cl.bare)
	}
	c.arrayAt(at, n)
	c.b.store.charge(e)
}

func (c *client) parseClaim(args [][]byte) (cl claim, ok bool) {
	if cl.idle, ok = c.parseNumber(args[0], "ERR Invalid min-idle-time argument for XCLAIM"); !ok {
		return cl, false
	}
	o := options{c: c, rest: args[1:]}
	for ; len(o.rest) > 0; o.rest = o.rest[1:] {
		id, ok := readID(o.rest[0], 0)
		if !ok {
			break
		}
		cl.ids = append(cl.ids, id)
	}
	s := &c.b.store
	now, wall := s.now(), s.wall()
	cl.delivered, cl.count = now, -1
	for o.more() {
		switch {
		case o.take("FORCE", 0):
			cl.force = true
		case o.take("JUSTID", 0):
			cl.bare = true
		case o.take("IDLE", 1):
			cl.delivered = now - o.number("ERR Invalid IDLE option argument for XCLAIM")
		case o.take("TIME", 1):
			cl.delivered = o.number("ERR Invalid TIME option argument for XCLAIM") - wall
		case o.take("RETRYCOUNT", 1):
			cl.count = o.number("ERR Invalid RETRYCOUNT option argument for XCLAIM")
		case o.take("LASTID", 1):
			cl.last, ok = c.parseID(o.value(), 0)
			o.check(ok)
		default:
			c.errorAbout("ERR Unrecognized XCLAIM option", o.rest[0])
			o.failed = true
		}
	}
	// A time that cannot be is now: whoever computed it has another clock.
	if cl.delivered > now || cl.delivered+wall < 0 {
		cl.delivered = now
	}
	return cl, !o.failed
}
