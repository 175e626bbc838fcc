package faultproxy

import "time"

// Direction is a way through the proxy.
type Direction uint8

// The ways through the proxy.
const (
	Up   Direction = 1 << iota // from the client to the server
	Down                       // from the server to the client
	Both = Up | Down
)

// noCut is a cut that never comes.
const noCut = -1

// faults is what happens to all connections from now on.
type faults struct {
	blackhole, stall Direction
	hang             bool
	delay, jitter    time.Duration
	rate             int // bytes a second; 0: no limit
	chunk            int // bytes of one write; 0: as they came
	cut              int // bytes downstream until the cut
	corrupt          float64
	seed             uint64
}

// Blackhole swallows what is sent in direction d while on: the connection
// stays, everything is acknowledged, and nothing arrives.
func (p *Proxy) Blackhole(d Direction, on bool) {
	p.change(func(f *faults) { f.blackhole = f.blackhole.with(d, on) })
}

// Stall stops reading what is sent in direction d while on, so that the sender
// finds the window closed, as before a process that is stopped.
func (p *Proxy) Stall(d Direction, on bool) {
	p.change(func(f *faults) { f.stall = f.stall.with(d, on) })
}

// Zombie makes every present connection half-open for good: the server's side
// is reset, the client's stays open and silent. New connections work.
func (p *Proxy) Zombie() { p.each((*conn).makeZombie) }

// Reset ends every present connection with RST.
func (p *Proxy) Reset() { p.each((*conn).reset) }

// Fin ends every present connection with FIN.
func (p *Proxy) Fin() { p.each((*conn).close) }

// Inject sends b to every present client, between the pieces of what the
// server sends.
func (p *Proxy) Inject(b []byte) {
	p.each(func(c *conn) { _, _ = c.client.Write(b) }) // one that is gone gets nothing
}

// Refuse stops listening while on: who connects is refused. Present connections
// stay.
func (p *Proxy) Refuse(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuseLocked(on)
}

func (p *Proxy) refuseLocked(on bool) {
	switch {
	case on && !p.refusing:
		p.ln.Close()
	case !on && p.refusing:
		p.listenLocked()
	}
	p.refusing = on
}

// AcceptHang lets new connections in and never answers them while on. They are
// reset when it is turned off.
func (p *Proxy) AcceptHang(on bool) {
	p.change(func(f *faults) { f.hang = on })
	if !on {
		p.releaseHanging()
	}
}

// Delay holds back what passes, in both directions, for d and a random part of
// jitter. The order stays. 0, 0 ends it.
func (p *Proxy) Delay(d, jitter time.Duration) {
	p.change(func(f *faults) { f.delay, f.jitter = d, jitter })
}

// Throttle lets so many bytes a second pass in each direction of a connection;
// 0 ends it.
func (p *Proxy) Throttle(rate int) { p.change(func(f *faults) { f.rate = rate }) }

// Chunk forwards n bytes at a time; 0 ends it.
func (p *Proxy) Chunk(n int) { p.change(func(f *faults) { f.chunk = n }) }

// Cut resets the connection on which the server's next n bytes, counted over
// all connections, are through. It happens once.
func (p *Proxy) Cut(n int) { p.change(func(f *faults) { f.cut = n }) }

// Corrupt flips a bit of each byte from the server with probability prob. The
// same seed flips the same bits of the same stream. 0 ends it.
func (p *Proxy) Corrupt(prob float64, seed uint64) {
	p.change(func(f *faults) { f.corrupt, f.seed = prob, seed })
}

// Pass ends every fault. Zombies stay what they are.
func (p *Proxy) Pass() {
	p.change(func(f *faults) { *f = faults{cut: noCut} })
	p.releaseHanging()
	p.Refuse(false)
}

func (p *Proxy) releaseHanging() {
	p.each(func(c *conn) {
		if c.server == nil {
			c.reset()
		}
	})
}

func (d Direction) with(other Direction, on bool) Direction {
	if on {
		return d | other
	}
	return d &^ other
}

func (p *Proxy) change(set func(*faults)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	set(&p.now)
	close(p.changed)
	p.changed = make(chan struct{})
}

// present returns the faults of the moment, and a channel that is closed when
// they change.
func (p *Proxy) present() (faults, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now, p.changed
}

// cutWithin counts n bytes towards the cut and returns how many of them may
// still pass, or noCut when the cut is not among them.
func (p *Proxy) cutWithin(n int) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	left := p.now.cut
	switch {
	case left == noCut:
	case left < n:
		p.now.cut = noCut
		return left
	default:
		p.now.cut -= n
	}
	return noCut
}

func (p *Proxy) each(do func(*conn)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		do(c)
	}
}
