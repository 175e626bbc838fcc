package daebus

import (
	"context"
	"weak"
)

// watch ends a call when its context ends, so that its caller has to wait for one
// channel instead of two, one of which all calls with that context fight over. To set
// it up costs more than it gains for one call, so it is for those who come back with
// the same context, and stays for their next call.
type watch struct {
	done  <-chan struct{} // of the latest call's context
	calls int             // in a row with that one
	stop  func() bool     // nil: it is not watched
}

// manyCalls in a row are worth a watch.
const manyCalls = 8

// watches reports whether the end of ctx ends the call.
func (p *pending) watches(ctx context.Context) bool {
	w := &p.watch
	if done := ctx.Done(); done != w.done {
		if w.stop != nil {
			w.stop()
		}
		*w = watch{done: done}
	}
	after := p.client.runtime().After
	if w.calls++; w.done == nil || w.calls < manyCalls || after == nil {
		return false
	}
	if w.stop == nil {
		// A context may live longer than a client.
		done, called := w.done, weak.Make(p)
		w.stop = after(ctx, func() {
			if p := called.Value(); p != nil {
				p.ended(done, late(ctx.Err()))
			}
		})
	}
	return true
}

// ended ends the call, if its context is the one that done belongs to.
func (p *pending) ended(done <-chan struct{}, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.done == done {
		p.failLocked(err)
	}
}
