package daebus

import (
	"context"
	"strconv"
	"sync/atomic"
)

// pending is one call that waits for its reply. It is reused once neither the
// call nor the receipt of its request can touch it any more.
type pending struct {
	client  *Client
	id      uint64
	service string
	options callOptions
	users   atomic.Int32 // the call, and the receipt
	replies chan reply   // the last place is the final reply's

	payload []byte // of the request
	msg     []byte // the request
	final   []byte // the payload of the final reply
}

type reply struct {
	codec   Codec
	payload []byte
	failed  bool
	final   bool
	err     error // there is no reply, and why
}

// begin returns a pending call with its options. Whoever begins one ends it.
func (c *Client) begin(service string, opts []CallOption) *pending {
	p, _ := c.spare.Get().(*pending)
	if p == nil {
		p = &pending{client: c, replies: make(chan reply, 1)}
	}
	p.service, p.options = service, callOptions{codec: JSON}
	for _, opt := range opts {
		opt(&p.options)
	}
	if p.options.progress != nil {
		p.replies = make(chan reply, 1+maxReports)
	}
	p.users.Store(1)
	return p
}

// expect makes room for the call's replies under a new id.
func (p *pending) expect() {
	c := p.client
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last++
	p.id = c.last
	c.pending[p.id] = p
}

// end is called when the call is over: what comes for it now is stray.
func (p *pending) end() {
	p.client.mu.Lock()
	delete(p.client.pending, p.id)
	p.client.mu.Unlock()
	p.release()
}

// release lets go of the call, the last to do so has it reused.
func (p *pending) release() {
	if p.users.Add(-1) > 0 || p.options.progress != nil {
		return
	}
	select {
	case <-p.replies: // came as the call gave up
	default:
	}
	if cap(p.msg) > maxScratch || cap(p.final) > maxScratch {
		p.payload, p.msg, p.final = nil, nil, nil
	}
	p.options = callOptions{}
	p.client.spare.Put(p)
}

// Receipt implements Receipt for the request.
func (p *pending) Receipt(receivers int, err error) {
	if err == nil && receivers == 0 {
		err = Errorf(Unavailable, "nobody serves %q", p.service)
	}
	if err != nil {
		p.client.deliver(p.id, reply{err: err, final: true})
	}
	p.release()
}

// appendID appends the id that the request is known by on the bus.
func (p *pending) appendID(dst []byte) []byte {
	return strconv.AppendUint(append(dst, p.client.prefix...), p.id, 36)
}

// wait hands on progress until the final reply is there or ctx is done.
func (p *pending) wait(ctx context.Context, out any) error {
	for {
		select {
		case r := <-p.replies:
			if r.final {
				return r.store(out)
			}
			if err := p.options.progress(r.codec, r.payload); err != nil {
				return err
			}
		case <-ctx.Done():
			return late(ctx.Err())
		}
	}
}

func (r reply) store(out any) error {
	if r.err != nil {
		return r.err
	}
	if r.failed {
		return remoteError(r.codec, r.payload)
	}
	if out == nil {
		return nil
	}
	if err := r.codec.Unmarshal(r.payload, out); err != nil {
		return internalf("the reply does not fit: %w", err)
	}
	return nil
}
