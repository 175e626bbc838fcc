package daebus

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// DefaultTimeout is how long a Call waits when its context has no deadline.
const DefaultTimeout = 5 * time.Second

// Call asks service to do action with in, waits for its final reply and stores
// that in the value out points to. A nil in is sent as {}, a nil out drops the
// reply's payload.
//
// A json.RawMessage, or a pointer to one, is sent as it is. An out that is a
// *json.RawMessage gets the payload as it came, in the room it has. A call with
// both allocates nothing, if out has the room.
//
// It waits until ctx is done, or DefaultTimeout when ctx has no deadline, and
// tells the service how long that is. The error has a Code: what the service
// answered; Unavailable, at once, when nobody serves it, the link is down or
// goes down meanwhile, and when ctx is cancelled; Timeout. Somebody who listens
// to a pattern that covers the service's name counts as one who serves it: the
// bus does not tell them apart.
func (c *Client) Call(ctx context.Context, service, action string, in, out any, opts ...CallOption) error {
	p := c.begin(service, opts)
	defer p.end()
	if err := p.call(ctx, action, in, out); err != nil {
		return fmt.Errorf("call %s.%s: %w", service, action, err)
	}
	return nil
}

func (p *pending) call(ctx context.Context, action string, in, out any) error {
	if fault := serviceFault(p.service); fault != "" {
		return Errorf(Invalid, "service %q: %s", p.service, fault)
	}
	if codec := p.options.codec; codec != JSON && !slices.Contains(p.client.codecs, codec) {
		return Errorf(Invalid, "this client does not Accept %s", codec.Name())
	}
	p.expect(ctx.Done(), out, nil)
	var rings <-chan struct{}
	left := DefaultTimeout
	if deadline, ok := ctx.Deadline(); ok {
		left = time.Until(deadline)
	} else {
		rings = p.alarm.start(left)
	}
	if err := p.post(ctx, action, in, left); err != nil {
		return err
	}
	r, err := p.wait(ctx, rings)
	if err != nil {
		return err
	}
	return r.store(out)
}

// post sends the request, to which the reply is expected within left.
func (p *pending) post(ctx context.Context, action string, in any, left time.Duration) error {
	c, codec := p.client, p.options.codec
	s := newScratch()
	defer s.free()
	payload, err := s.encode(codec, in)
	if err != nil {
		return err
	}
	if left <= 0 || ctx.Err() != nil {
		return late(ctx.Err())
	}
	s.id = p.appendID(s.id[:0])
	s.msg = codec.AppendRequest(s.msg[:0], action, payload, c.inbox, s.id, p.service, max(left.Milliseconds(), 1))
	return c.runtime().Bus.PostFrom(p, p.seq, p.service, s.msg)
}

// store decodes a final reply.
func (r reply) store(out any) error {
	if r.err != nil {
		return r.err
	}
	if r.room == nil {
		return nil
	}
	defer r.room.free()
	if r.failed {
		return remoteError(r.codec, r.payload)
	}
	if err := r.codec.Unmarshal(r.payload, out); err != nil {
		return internalf("the reply does not fit: %w", err)
	}
	return nil
}

// clone returns the reply with a payload of its own.
func (r reply) clone() reply {
	r.payload = bytes.Clone(r.payload)
	return r
}

// late says that a call's time is over, or that it was cancelled.
func late(err error) error {
	if errors.Is(err, context.Canceled) {
		return &Error{Code: Unavailable, Message: "cancelled by the caller", cause: err}
	}
	return &Error{Code: Timeout, Message: "no answer in time", cause: context.DeadlineExceeded}
}
