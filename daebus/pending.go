package daebus

import (
	"context"
	"encoding/json"
	"strconv"
	"sync"
	"sync/atomic"
)

// pending is a call that waits for its reply. One call after another uses it: what
// comes late for an earlier one is known by its number.
type pending struct {
	client  *Client
	slot    int         // in the client's table
	taken   atomic.Bool // by a call
	service string
	options callOptions
	alarm   alarm
	watch   watch

	mu      sync.Mutex      // guards below
	seq     uint64          // tells this call from those that had the slot before
	open    bool            // the final reply has not come, and is waited for
	done    <-chan struct{} // closed when the caller's context ends
	out     any             // where it goes
	asker   *asker          // who is told of replies; nil: somebody waits for them
	replies chan reply      // the last place is the final reply's
}

type reply struct {
	codec   Codec
	payload []byte
	room    *scratch // the payload's; nil when there is nothing to be decoded
	failed  bool
	final   bool
	err     error // there is no reply, and why
}

// begin returns a pending call with its options. Whoever begins one ends it.
func (c *Client) begin(service string, opts []CallOption) *pending {
	p := c.calls.take(c)
	p.service, p.options = service, callOptions{codec: JSON}
	for _, opt := range opts {
		opt(&p.options)
	}
	if p.options.progress != nil {
		p.replies = make(chan reply, 1+maxReports)
	}
	return p
}

// expect opens the call, under a new id, to a reply that goes to out, or to a, until
// done is closed.
func (p *pending) expect(done <-chan struct{}, out any, a *asker) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seq++
	p.open = true
	p.done, p.out, p.asker = done, out, a
}

// appendID appends the id that the request is known by on the bus.
func (p *pending) appendID(dst []byte) []byte {
	dst = append(dst, p.client.prefix...)
	dst = strconv.AppendUint(dst, uint64(p.slot), 36)
	return strconv.AppendUint(append(dst, '.'), p.seq, 36)
}

// wait hands on progress until the final reply is there, or the time is over:
// ctx is done, or the alarm rings.
func (p *pending) wait(ctx context.Context, rings <-chan struct{}) (reply, error) {
	if rings == nil && p.watches(ctx) {
		return p.listen()
	}
	for done := ctx.Done(); ; {
		select {
		case r := <-p.replies:
			if last, err := p.hear(r); last {
				return r, err
			}
		case <-done:
			if p.close() {
				return reply{}, late(ctx.Err())
			}
			done = nil // the final reply was faster
		case <-rings:
			if rings = p.alarm.rang(); rings == nil && p.close() {
				return reply{}, late(nil)
			}
		}
	}
}

// listen is wait where nothing but a reply has to be waited for.
func (p *pending) listen() (reply, error) {
	for {
		r := <-p.replies
		if last, err := p.hear(r); last {
			return r, err
		}
	}
}

// hear hands on progress, and reports whether the call is over.
func (p *pending) hear(r reply) (last bool, err error) {
	if !r.final {
		err = p.options.progress(r.codec, r.payload)
	}
	return r.final || err != nil, err
}

// close makes what comes from now on stray. It reports false when the final
// reply has come already.
func (p *pending) close() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	was := p.open
	p.open, p.asker = false, nil
	return was
}

// end is called when the call is over.
func (p *pending) end() {
	p.close()
	p.reuse()
}

// reuse gives a call that is closed to the next.
func (p *pending) reuse() {
	select {
	case <-p.replies: // came as the call gave up
	default:
	}
	if p.options.progress != nil {
		p.replies = make(chan reply, 1)
	}
	p.options, p.out = callOptions{}, nil
	p.client.calls.put(p)
}

// Bounced implements Sender for the request.
func (p *pending) Bounced(seq uint64, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seq != seq || !p.open {
		return
	}
	if err == nil {
		err = Errorf(Unavailable, "nobody serves %q", p.service)
	}
	p.failLocked(err)
}

// fail ends the call, if it still waits, with err.
func (p *pending) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failLocked(err)
}

func (p *pending) failLocked(err error) {
	switch r := (reply{err: err, final: true}); {
	case !p.open:
	case p.asker != nil:
		p.tellLocked(r)
	default:
		p.open = false
		p.replies <- r
	}
}

// deliver hands a reply, which it borrows, to the call of that number, and
// reports whether it still waits.
func (p *pending) deliver(seq uint64, r reply) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case !p.open || p.seq != seq:
		return false
	case p.asker != nil:
		p.tellLocked(r)
	case r.final:
		p.open = false
		p.replies <- p.ownLocked(r)
	case p.options.progress != nil && len(p.replies) < maxReports: // else nobody listens, or is far behind
		p.replies <- r.clone()
	}
	return true
}

// ownLocked makes the final reply the call's own. Raw JSON goes where it is wanted
// at once, for it was checked with the message around it.
func (p *pending) ownLocked(r reply) reply {
	payload := r.payload
	r.payload = nil
	raw, _ := p.out.(*json.RawMessage)
	switch {
	case p.out == nil && !r.failed:
	case raw != nil && !r.failed && r.codec == JSON:
		*raw = append((*raw)[:0], payload...)
	default:
		r.room = newScratch()
		r.room.payload = append(r.room.payload[:0], payload...)
		r.payload = r.room.payload
	}
	return r
}
