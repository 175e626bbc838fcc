package hub

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/daebus/daebus-go/daebus"
)

var errBusy = daebus.Errorf(daebus.Busy, "too many messages wait to be handled")

// read waits for a message and passes it on, or for a control frame. It waits
// for the peer only, never for a handler, so that control frames are always
// answered.
func (p *peer) read() error {
	// No context: one that ends costs a timer a frame, and the connection is
	// closed by drain anyway.
	_, r, err := p.ws.Reader(context.Background())
	if errors.Is(err, errPause) {
		return nil
	}
	if err != nil {
		return err
	}
	p.reading = true
	message, err := p.hub.half.receive(r)
	p.reading = false
	if err != nil {
		return err
	}
	if _, closed := p.queue.end(); closed {
		return nil // and on, to the close frame that answers ours
	}
	p.hub.Stats.In.Add(1)
	p.take(message, p.info.came())
	return nil
}

// frames are what messages are taken apart with. A peer that says nothing holds
// none.
var frames = sync.Pool{New: func() any { return new(daebus.Frame) }}

// take answers the hub's own messages at once, so that a slow handler does not
// make the hub look dead, and hands the others to the lane.
func (p *peer) take(message []byte, now time.Duration) {
	f := frames.Get().(*daebus.Frame)
	defer frames.Put(f)
	f.Read(message)
	if rate := p.hub.cfg.MessageRate; rate > 0 {
		if wait := p.bucket.take(now, rate); wait > 0 {
			p.hub.Stats.Limited.Add(1)
			p.answer(f.Limit(wait))
			return
		}
	}
	switch {
	case f.Own():
		p.answer(p.hub.cfg.Service.Own(p, f))
	case f.Bridged():
		p.cross(f)
	default:
		p.submit(message)
	}
}

func (p *peer) submit(frame []byte) {
	service := p.hub.cfg.Service
	if !p.tasks.submit(p.tasks.lane, func() { p.answer(service.Socket(p.ctx, p, frame)) }) {
		p.answer(service.RefuseSocket(frame, errBusy))
	}
}

func (p *peer) answer(frame []byte) {
	if frame != nil {
		_ = p.put(newFrame(frame)) // a peer that has gone gets no answer
	}
}

// tasks are the messages of a peer that a lane has not finished with.
type tasks struct {
	lane Lane
	done chan struct{} // closed when waiting and count is 0

	mu      sync.Mutex // guards below
	count   int
	waiting bool
}

func (t *tasks) submit(lane Lane, task func()) bool {
	t.add(1)
	ok := lane.Submit(func() {
		defer t.add(-1)
		task()
	})
	if !ok {
		t.add(-1)
	}
	return ok
}

func (t *tasks) add(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count += n
	if t.waiting && t.count == 0 {
		close(t.done)
	}
}

// wait returns when every task is done, or when it should not wait any more:
// a lane may be shut down with tasks in it. Nothing may be submitted after it.
func (t *tasks) wait(abandoned <-chan struct{}) {
	t.mu.Lock()
	t.waiting = true
	idle := t.count == 0
	t.mu.Unlock()
	if idle {
		return
	}
	select {
	case <-t.done:
	case <-abandoned:
	}
}
