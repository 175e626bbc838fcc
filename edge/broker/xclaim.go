package broker

import (
	"strings"

	"github.com/daebus/daebus-go/edge/broker/internal/stream"
)

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
	c.counted(func() (n int) {
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
		return n
	})
	c.b.store.charge(e)
}

func (c *client) parseClaim(args [][]byte) (cl claim, ok bool) {
	if cl.idle, ok = c.parseNumber(args[0], "ERR Invalid min-idle-time argument for XCLAIM"); !ok {
		return cl, false
	}
	rest := args[1:]
	for ; len(rest) > 0; rest = rest[1:] {
		id, ok := readID(rest[0], 0)
		if !ok {
			break
		}
		cl.ids = append(cl.ids, id)
	}
	s := &c.b.store
	now, wall := s.now(), s.wall()
	cl.delivered, cl.count = now, -1
	for ; len(rest) > 0; rest = rest[1:] {
		option, n := strings.ToUpper(string(rest[0])), int64(0)
		switch {
		case option == "FORCE":
			cl.force = true
			continue
		case option == "JUSTID":
			cl.bare = true
			continue
		case len(rest) == 1 || option != "IDLE" && option != "TIME" && option != "RETRYCOUNT" && option != "LASTID":
			c.errorf("ERR Unrecognized XCLAIM option '%s'", cString(rest[0], len(rest[0])))
			return cl, false
		case option == "LASTID":
			cl.last, ok = c.parseID(rest[1], 0)
		default:
			n, ok = c.parseNumber(rest[1], "ERR Invalid "+option+" option argument for XCLAIM")
		}
		if !ok {
			return cl, false
		}
		switch option {
		case "IDLE":
			cl.delivered = now - n
		case "TIME":
			cl.delivered = n - wall
		case "RETRYCOUNT":
			cl.count = n
		}
		rest = rest[1:]
	}
	// A time that cannot be is now: whoever computed it has another clock.
	if cl.delivered > now || cl.delivered+wall < 0 {
		cl.delivered = now
	}
	return cl, true
}
