package faultproxy

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// conn is one client's connection, and the one to the server on its behalf.
type conn struct {
	number uint64 // in the order they came
	client *net.TCPConn
	server *net.TCPConn // nil: it hangs
	zombie atomic.Bool
	once   sync.Once
	gone   chan struct{} // closed when both ends are
}

// close ends both sides with FIN.
func (c *conn) close() {
	c.once.Do(func() {
		close(c.gone)
		c.client.Close()
		if c.server != nil {
			c.server.Close()
		}
	})
}

// reset ends both sides with RST.
func (c *conn) reset() {
	_ = c.client.SetLinger(0) // an error means that it is gone
	if c.server != nil {
		_ = c.server.SetLinger(0)
	}
	c.close()
}

func (c *conn) makeZombie() {
	if c.server == nil {
		return
	}
	c.zombie.Store(true)
	_ = c.server.SetLinger(0)
	c.server.Close()
}

// drain reads until the client gives up.
func (c *conn) drain() { _, _ = io.Copy(io.Discard, c.client) }

// wait reports whether c still lived after d.
func (c *conn) wait(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-c.gone:
		return false
	}
}

// packet is what one read returned, and when it may go on.
type packet struct {
	data []byte
	due  time.Time
}

// inFlight is how many packets of one direction may be delayed at a time.
const inFlight = 64

// carry forwards what comes from one side to the other until either is gone,
// and then ends the connection, but for the client's side of a zombie.
func (p *Proxy) carry(c *conn, d Direction, from, to *net.TCPConn) {
	queue := make(chan packet, inFlight)
	var wg sync.WaitGroup
	wg.Go(func() { p.send(c, d, to, queue) })
	p.receive(c, d, from, queue)
	close(queue)
	wg.Wait()
	if d == Up || !c.zombie.Load() {
		c.close()
	}
}

func (p *Proxy) receive(c *conn, d Direction, from *net.TCPConn, queue chan<- packet) {
	chance := rand.New(rand.NewPCG(c.number, uint64(d)))
	var noise noise
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		f, alive := p.passable(c, d)
		if !alive {
			return
		}
		if f.blackhole&d != 0 || c.zombie.Load() {
			continue
		}
		pack := packet{data: bytes.Clone(buf[:n])}
		if d == Down {
			noise.flip(pack.data, &f, c.number)
		}
		if f.delay > 0 || f.jitter > 0 {
			pack.due = time.Now().Add(f.delay + time.Duration(chance.Float64()*float64(f.jitter)))
		}
		select {
		case queue <- pack:
		case <-c.gone:
			return
		}
	}
}

// passable waits until d is not stalled, and returns the faults then and
// whether c is still there.
func (p *Proxy) passable(c *conn, d Direction) (f faults, alive bool) {
	for {
		f, changed := p.present()
		if f.stall&d == 0 {
			return f, true
		}
		select {
		case <-changed:
		case <-c.gone:
			return f, false
		}
	}
}

func (p *Proxy) send(c *conn, d Direction, to *net.TCPConn, queue <-chan packet) {
	broken := false
	for pack := range queue {
		if broken || pack.due.After(time.Now()) && !c.wait(time.Until(pack.due)) {
			continue
		}
		if err := p.write(c, d, to, pack.data); err != nil {
			broken = true
			if !c.zombie.Load() {
				c.close()
			}
		}
	}
}

var errCut = errors.New("cut")

// write writes data in the steps and at the pace of the moment.
func (p *Proxy) write(c *conn, d Direction, to *net.TCPConn, data []byte) error {
	for len(data) > 0 {
		f, _ := p.present()
		step := len(data)
		switch {
		case f.chunk > 0:
			step = min(step, f.chunk)
		case f.rate > 0:
			step = min(step, max(1, f.rate/20))
		}
		if f.rate > 0 && !c.wait(time.Duration(step)*time.Second/time.Duration(f.rate)) {
			return net.ErrClosed
		}
		if d == Down {
			if keep := p.cutWithin(step); keep != noCut {
				_, _ = to.Write(data[:keep]) // the connection ends anyway
				c.reset()
				return errCut
			}
		}
		if _, err := to.Write(data[:step]); err != nil {
			return err
		}
		data = data[step:]
	}
	return nil
}

// noise flips bits at random distances.
type noise struct {
	rand *rand.Rand
	seed uint64
	left int // bytes until the next flip
}

func (n *noise) flip(data []byte, f *faults, number uint64) {
	if f.corrupt <= 0 {
		n.rand = nil
		return
	}
	if n.rand == nil || n.seed != f.seed {
		n.rand, n.seed = rand.New(rand.NewPCG(f.seed, number)), f.seed
		n.left = n.gap(f.corrupt)
	}
	for ; n.left < len(data); n.left += 1 + n.gap(f.corrupt) {
		data[n.left] ^= 1 << n.rand.IntN(8)
	}
	n.left -= len(data)
}

// gap draws how many bytes stay whole between two flips.
func (n *noise) gap(prob float64) int { return int(n.rand.ExpFloat64() / prob) }
