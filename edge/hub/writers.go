package hub

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// turn is how many peers a writer takes at a time.
const turn = 16

// writers write to peers what waits for them, one after the other and without
// waiting for any: a peer that does not take all of it gets a goroutine of its
// own until it does. There are a few of them while there is something to write,
// and none otherwise.
type writers struct {
	most int
	out  *atomic.Int64 // counts messages written

	mu      sync.Mutex // guards below
	waiting chain
	running int
	resting []*writer
}

func newWriters(out *atomic.Int64) *writers { return &writers{most: runtime.GOMAXPROCS(0), out: out} }

// chain is a list of peers by their field after.
type chain struct{ first, last *peer }

func (c *chain) add(p *peer) { c.join(chain{p, p}) }

func (c *chain) join(other chain) {
	if c.first == nil {
		*c = other
	} else if other.first != nil {
		c.last.after, c.last = other.first, other.last
	}
}

func (c *chain) pop() *peer {
	p := c.first
	if c.first = p.after; c.first == nil {
		c.last = nil
	}
	p.after = nil
	return p
}

// add has the peers written to. Nobody else may be writing to them.
func (w *writers) add(peers chain) {
	if peers.first == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waiting.join(peers)
	w.startLocked()
}

func (w *writers) startLocked() {
	if w.running == w.most {
		return
	}
	w.running++
	var one *writer
	if last := len(w.resting) - 1; last >= 0 {
		one = w.resting[last]
		w.resting = w.resting[:last]
	} else {
		one = new(writer)
	}
	go w.run(one)
}

// run ends when nobody waits.
func (w *writers) run(one *writer) {
	var peers [turn]*peer
	for {
		n := w.next(one, peers[:])
		if n == 0 {
			return
		}
		var again chain
		for _, p := range peers[:n] {
			if one.write(p) {
				again.add(p)
			}
		}
		w.out.Add(one.out)
		one.out = 0
		w.add(again)
	}
}

// next takes up to a turn of peers. When there are more, others help.
func (w *writers) next(one *writer, peers []*peer) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for n < len(peers) && w.waiting.first != nil {
		peers[n] = w.waiting.pop()
		n++
	}
	switch {
	case n == 0:
		if cap(one.buf) > 2*maxPiece { // state is joined whatever its size
			one.buf = nil
		}
		w.running--
		w.resting = append(w.resting, one)
	case w.waiting.first != nil:
		w.startLocked()
	}
	return n
}

// writer is what one of them works with.
type writer struct {
	buf []byte // in which frames are joined
	out int64  // messages written that were not counted yet
}

// write writes what waits for the peer, once, and reports whether it is to be
// called again. What does not fit, or fails, is left to the peer's drain, and so
// is everything for a peer that cannot be written to without waiting.
func (w *writer) write(p *peer) (again bool) {
	if p.deflate || !p.conn.direct {
		go p.drain(nil, 0)
		return false
	}
	piece, count := p.queue.take(p, &w.buf)
	if rest := p.conn.try(piece); len(rest) > 0 {
		w.buf = nil // rest may be in it
		go p.drain(rest, count)
		return false
	}
	p.info.out.Add(int64(count))
	w.out += int64(count)
	more, closed := p.queue.written()
	if closed {
		go p.drain(nil, 0)
	}
	return more
}
