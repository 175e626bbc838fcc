package broker

import (
	"math"

	"github.com/daebus/daebus-go/edge/broker/internal/stream"
)

// claim is what XCLAIM and XAUTOCLAIM ask for.
type claim struct {
	idle      int64 // of an entry at least, in milliseconds
	now       int64 // milliseconds of store.now
	delivered int64 // of the same
	times     int64 // that it was delivered; -1: one more
	force     bool
	bare      bool      // JUSTID
	last      stream.ID // that the group has read at least
	count     int64     // of XAUTOCLAIM
}

func xclaim(c *client, args [][]byte) {
	m := member{c: c, key: args[1], name: args[3]}
	if !m.isOf(args[2]) {
		return
	}
	o := options{c: c, rest: args[4:]}
	cl := claim{idle: o.number("ERR Invalid min-idle-time argument for XCLAIM")}
	var ids []stream.ID
	for o.more() {
		id, ok := readID(o.rest[0], 0)
		if !ok {
			break
		}
		ids = append(ids, id)
		o.value()
	}
	if !cl.read(&o, false) {
		return
	}
	if m.group.Last.Less(cl.last) {
		m.group.Last = cl.last
		c.effect("XGROUP SETID", m.key).progress(m.group)
	}
	at, n := len(c.replies), 0
	for _, id := range ids {
		if taken, _ := m.claim(&cl, id); taken {
			n++
		}
	}
	c.arrayAt(at, n)
	c.b.store.charge(m.entry)
}

// autoAttempts is how many pending entries XAUTOCLAIM looks at for each it may
// claim.
const autoAttempts = 10

func xautoclaim(c *client, args [][]byte) {
	o := options{c: c, rest: args[6:]}
	idle, ok := c.parseNumber(args[4], "ERR Invalid min-idle-time argument for XAUTOCLAIM")
	if !ok {
		return
	}
	next, ok := c.parseBound(args[5], "start")
	if !ok {
		return
	}
	cl := claim{idle: idle, count: 100}
	m := member{c: c, key: args[1], name: args[3]}
	if !cl.read(&o, true) || !m.isOf(args[2]) {
		return
	}
	var gone []stream.ID
	at, n := len(c.replies), 0
	for attempts := autoAttempts * cl.count; ; attempts-- {
		w := m.group.Pending.From(next)
		if !w.Next() {
			next = stream.ID{} // it is the end
			break
		}
		next = w.ID
		if attempts == 0 || int64(n+len(gone)) == cl.count {
			break
		}
		taken, lost := m.claim(&cl, next)
		if taken {
			n++
		}
		if lost {
			gone = append(gone, next)
		}
		if next, ok = next.Next(); !ok {
			break // and next is zero
		}
	}
	end := len(c.replies)
	c.array(3)
	c.streamID(next)
	c.array(n)
	c.bringTo(at, end)
	c.array(len(gone))
	for _, id := range gone {
		c.streamID(id)
	}
	c.b.store.charge(m.entry)
}

// read reads the options of either, behind the IDs.
func (cl *claim) read(o *options, auto bool) (ok bool) {
	s := &o.c.b.store
	now, wall := s.now(), s.wall()
	cl.now, cl.delivered, cl.times = now, now, -1
	for o.more() {
		switch {
		case o.take("JUSTID", 0):
			cl.bare = true
		case auto && o.take("COUNT", 1):
			const problem = "ERR COUNT must be > 0"
			if cl.count = o.number(problem); cl.count < 1 || cl.count > math.MaxInt64/16 {
				o.fail(problem)
			}
		case auto:
			o.fail(errSyntax)
		case o.take("FORCE", 0):
			cl.force = true
		case o.take("IDLE", 1):
			cl.delivered = now - o.number("ERR Invalid IDLE option argument for XCLAIM")
		case o.take("TIME", 1):
			cl.delivered = o.number("ERR Invalid TIME option argument for XCLAIM") - wall
		case o.take("RETRYCOUNT", 1):
			cl.times = o.number("ERR Invalid RETRYCOUNT option argument for XCLAIM")
		case o.take("LASTID", 1):
			cl.last = o.streamID()
		default:
			o.c.errorAbout("ERR Unrecognized XCLAIM option", o.rest[0])
			o.failed = true
		}
	}
	// A time that cannot be is now: whoever computed it has another clock.
	if cl.delivered > now || cl.delivered+wall < 0 {
		cl.delivered = now
	}
	return !o.failed
}

// claim makes an entry pending for the consumer and replies it or its ID, if that
// may be; one that is gone from the stream is pending no more.
func (m *member) claim(cl *claim, id stream.ID) (taken, gone bool) {
	p := m.group.Pending.Find(id)
	e, ok := m.log.Get(id)
	switch {
	case !ok && p == nil:
		return false, false
	case !ok:
		m.group.Ack(id)
		m.c.effect("XACK", m.key).text(m.group.Name).id(id)
		return false, true
	case p == nil && !cl.force, p != nil && cl.idle > 0 && cl.now-p.Delivered < cl.idle:
		return false, false
	case p == nil:
		p = m.group.Deliver(id, m.consumer(), cl.now)
	}
	p.Delivered = cl.delivered
	switch {
	case cl.times >= 0:
		p.Count = cl.times
	case !cl.bare:
		p.Count++
	}
	m.group.Assign(p, m.consumer())
	if cl.bare {
		m.c.streamID(id)
	} else {
		m.c.item(&e)
	}
	m.claims().id(id).claimed(p)
	return true, false
}
