package link

import (
	"sync/atomic"
	"time"
)

// longest is how long a subscriber may take over a message before another
// goroutine reads on; it may take twice that until this is noticed.
const longest = time.Millisecond

// Turn is a goroutine's turn to read a connection, as a subscriber sees it who
// is called on that goroutine: see Link.Handle.
type Turn struct {
	relay *relay
	begun uint64
	over  bool // another goroutine reads
}

// Begin is called once the message has its place in the order of things. From now
// on the subscriber may take long: then another goroutine reads on.
func (t *Turn) Begin() {
	if !t.over {
		t.begun = t.relay.begin()
	}
}

// End follows Begin when the subscriber is done.
func (t *Turn) End() {
	if !t.over {
		t.over = !t.relay.end(t.begun)
	}
}

// Behind reports whether more comes in than is read. Then a subscriber that takes
// its time here makes it worse.
func (t *Turn) Behind() bool { return t.relay.lag.behind.Load() }

// relay is the reading of a connection, which goes from one goroutine to another:
// who takes long over a message keeps his goroutine for it, and loses the
// connection. Nobody is woken for messages that are quick, and no timer ticks
// while none come.
type relay struct {
	turn  atomic.Uint64 // odd while a subscriber may take long
	seen  atomic.Uint64 // the turn at the latest tick
	armed atomic.Bool   // the timer runs
	timer *time.Timer
	lag   *lag
	next  func() // reads on
}

func newRelay(l *lag, next func()) *relay {
	r := &relay{lag: l, next: next}
	r.timer = time.AfterFunc(time.Hour, r.tick)
	r.timer.Stop()
	return r
}

func (r *relay) begin() (turn uint64) {
	turn = r.turn.Add(1)
	if !r.armed.Load() {
		r.arm()
	}
	return turn
}

// end reports whether the connection is still the caller's to read.
func (r *relay) end(turn uint64) bool { return r.turn.CompareAndSwap(turn, turn+1) }

func (r *relay) arm() {
	if r.armed.CompareAndSwap(false, true) {
		r.timer.Reset(longest)
	}
}

// tick takes the connection from who has been at the same message since the tick
// before, and stops the timer when nothing came.
func (r *relay) tick() {
	turn := r.turn.Load()
	begun := turn&1 == 1
	switch {
	case turn != r.seen.Load():
		r.seen.Store(turn)
		r.timer.Reset(longest)
		r.lag.look()
	case !begun:
		r.armed.Store(false)
		if r.turn.Load() != turn {
			r.arm()
		}
	default:
		r.timer.Reset(longest)
		if r.end(turn) {
			r.next()
		}
	}
}
