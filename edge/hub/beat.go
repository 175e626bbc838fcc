package hub

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
)

// beats pings every peer at the same interval. So a plain list is in order of
// time: who was pinged goes to its end, and one timer is enough, for the first.
type beats struct {
	every   time.Duration
	writers *writers

	mu    sync.Mutex // guards below
	timer *time.Timer
	first *peer
	last  *peer
}

// place is that of a peer in the list; guarded by beats.mu.
type place struct {
	due          time.Time // zero when it is not in it
	before, next *peer
}

// slack divides the interval: by that part of it a ping may come early, so that
// peers are pinged many at a time.
const slack = 64

func (b *beats) add(p *peer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pushLocked(p, time.Now().Add(b.every))
	if b.first == p {
		b.timer = time.AfterFunc(b.every, b.tick)
	}
}

func (b *beats) remove(p *peer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if p.place.due.IsZero() {
		return
	}
	b.unlinkLocked(p)
	if b.first == nil {
		b.timer.Stop()
	}
}

func (b *beats) tick() {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	var pinged chain
	for p := b.first; p != nil && p.place.due.Sub(now) <= b.every/slack; p = b.first {
		b.unlinkLocked(p)
		b.pushLocked(p, now.Add(b.every))
		if p.beat.tick(p, now) {
			pinged.add(p)
		}
	}
	b.writers.add(pinged)
	if b.first != nil {
		b.timer.Reset(b.first.place.due.Sub(now))
	}
}

func (b *beats) pushLocked(p *peer, due time.Time) {
	p.place = place{due: due, before: b.last}
	if b.last == nil {
		b.first = p
	} else {
		b.last.place.next = p
	}
	b.last = p
}

func (b *beats) unlinkLocked(p *peer) {
	at := p.place
	if at.before == nil {
		b.first = at.next
	} else {
		at.before.place.next = at.next
	}
	if at.next == nil {
		b.last = at.before
	} else {
		at.next.place.before = at.before
	}
	p.place = place{}
}

// beat is a peer's ping that was not answered, if there is one. It is the source
// of its frame, so that a ping behind a long message counts from when it leaves.
type beat struct {
	sent atomic.Int64 // when, as a time.Duration from info.connected on; 0 = it was answered
}

var (
	pingFrame  = appendFrame(nil, finPing, nil)
	unanswered = ending{websocket.StatusPolicyViolation, "no answer to a ping", true}
)

func (b *beat) next(p *peer) []byte {
	b.sent.Store(int64(max(time.Since(p.info.connected), 1)))
	return pingFrame
}

func (b *beat) answered() { b.sent.Store(0) }

// tick has the next ping sent, or ends the peer that did not answer the last.
// While the peer takes what is written the time limit on that decides. It
// reports whether the peer must be written to.
func (b *beat) tick(p *peer, now time.Time) (idle bool) {
	resting := p.queue.trim()
	sent := time.Duration(b.sent.Load())
	switch {
	case sent == 0:
		return p.queue.mark(b)
	case resting && now.Sub(p.info.connected)-sent > p.hub.cfg.Ping/2:
		p.end(unanswered)
	}
	return false
}
