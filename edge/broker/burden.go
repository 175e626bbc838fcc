package broker

import (
	"cmp"
	"math"
	"net"
	"slices"
	"sync/atomic"
	"time"
)

// freeBurden is what a client's input may take, and its output, without counting
// against Config.MaxBuffers.
const freeBurden = 16 << 10

// burden is the memory of one client that Config.MaxBuffers counts: commands
// that have not come as a whole, commands behind one that waits, and replies that
// are not taken.
type burden struct {
	bytes   atomic.Int64
	since   atomic.Int64 // when the client last got on, in nanoseconds since the broker started
	empty   atomic.Bool  // nothing is in the client's buffer
	trim    atomic.Bool  // the client is to give back its buffer, if that is empty
	evicted bool         // the client has gone because of it; guarded by Broker.mu
	weight  float64      // what was held for how long, when that was last asked; guarded by Broker.mu
}

// bear accounts for what the client holds, with replies of so many bytes. Its
// goroutine calls it before it waits for the connection.
func (c *client) bear(replies int) {
	size := 0
	if input := c.rd.Size() + cap(c.ahead); input > freeBurden {
		size += input
	}
	if replies > freeBurden {
		size += replies
	}
	if size > 0 {
		since := c.active.Load()
		if c.half > 0 {
			since = int64(c.half) // however it trickles
		}
		c.burden.since.Store(since)
	}
	was := c.burden.bytes.Load()
	if int64(size) == was {
		return
	}
	c.burden.bytes.Store(int64(size))
	more := int64(size) - was
	if sum := c.b.burden.Add(more); more > 0 && sum > int64(c.b.cfg.MaxBuffers) {
		c.b.relieve()
	}
}

// relieve makes clients give memory back until a quarter of Config.MaxBuffers is
// free: first those whose buffers are empty do so, then those are cut who hold
// most for longest, as a healthy client holds much for a moment only.
func (b *Broker) relieve() {
	b.mu.Lock()
	excess := b.burden.Load() - int64(b.cfg.MaxBuffers)/4*3
	var holders []*client
	for _, c := range b.clients {
		switch bytes := c.burden.bytes.Load(); {
		case c.burden.evicted || c.burden.trim.Load():
			excess -= bytes
		case bytes > 0:
			holders = append(holders, c)
		}
	}
	now := int64(time.Since(b.start))
	for _, c := range holders {
		c.burden.weight = float64(c.burden.bytes.Load()) * float64(now-c.burden.since.Load())
		if c.burden.empty.Load() {
			c.burden.weight = math.Inf(1)
		}
	}
	slices.SortFunc(holders, func(x, y *client) int { return cmp.Compare(y.burden.weight, x.burden.weight) })
	for _, c := range holders {
		if excess <= 0 {
			break
		}
		excess -= c.burden.bytes.Load()
		if c.burden.empty.Load() {
			c.burden.trim.Store(true)
			c.rouse()
		} else {
			c.burden.evicted = true
			hangUp(c.conn)
		}
	}
	b.mu.Unlock()
}

// giveBack trims a large buffer that is empty, when that was asked for.
func (c *client) giveBack() bool {
	if !c.burden.trim.Load() {
		return false
	}
	c.rd.Trim()
	c.bear(0)
	c.burden.trim.Store(false)
	return true
}

// hangUp ends a connection at once: one of TLS says goodbye when it is closed,
// and waits for that.
func hangUp(conn net.Conn) { inner(conn).Close() }

// inner is the connection below TLS.
//
//go:noinline
func inner(conn net.Conn) net.Conn {
	if outer, ok := conn.(interface{ NetConn() net.Conn }); ok {
		return outer.NetConn()
	}
	return conn
}
