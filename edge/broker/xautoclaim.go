package broker

import (
	"math"

	"github.com/daebus/daebus-go/edge/broker/internal/stream"
)

// autoAttempts is how many pending entries XAUTOCLAIM looks at for each it may
// claim.
const autoAttempts = 10

// autoClaim is what XAUTOCLAIM asks for.
type autoClaim struct {
	idle  int64 // of an entry at least, in milliseconds
	from  stream.ID
	count int64
	bare  bool // JUSTID
}

func xautoclaim(c *client, args [][]byte) {
	a, ok := c.parseAutoClaim(args[4:])
	if !ok {
		return
	}
	g, e, ok := c.heldGroup(args[1], args[2])
	if !ok {
		return
	}
	if g == nil {
		c.noGroup(args[1], args[2])
		return
	}
	m := member{c: c, log: e.value.(*log), key: args[1], group: g, name: args[3]}
	now := c.b.store.now()
	var next stream.ID // where to go on; zero at the end
	var gone []*stream.Pending
	at, n := len(c.replies), 0
	attempts := autoAttempts * a.count
	for p := range g.Pending.From(a.from) {
		if attempts == 0 || int64(n+len(gone)) == a.count {
			next = p.ID
			break
		}
		attempts--
		item, exists := m.log.Get(p.ID)
		if !exists {
			gone = append(gone, p)
			continue
		}
		if a.idle > 0 && now-p.Delivered < a.idle {
			continue
		}
		n++
		p.Delivered = now
		if !a.bare {
			p.Count++
		}
		m.take(p, item, a.bare)
	}
	end := len(c.replies)
	c.array(3)
	c.streamID(next)
	c.array(n)
	c.bringTo(at, end)
	c.array(len(gone))
	for _, p := range gone {
		c.streamID(p.ID)
		m.drop(p)
	}
	c.b.store.charge(e)
}

func (c *client) parseAutoClaim(args [][]byte) (a autoClaim, ok bool) {
	a.count = 100
	if a.idle, ok = c.parseNumber(args[0], "ERR Invalid min-idle-time argument for XAUTOCLAIM"); !ok {
		return a, false
	}
	if a.from, ok = c.parseBound(args[1], "start"); !ok {
		return a, false
	}
	o := options{c: c, rest: args[2:]}
	for o.more() {
		switch {
		case o.take("COUNT", 1):
			const problem = "ERR COUNT must be > 0"
			if a.count = o.number(problem); a.count < 1 || a.count > math.MaxInt64/16 {
				o.fail(problem)
			}
		case o.take("JUSTID", 0):
			a.bare = true
		default:
			o.fail(errSyntax)
		}
	}
	return a, !o.failed
}
