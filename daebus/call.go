package daebus

import (
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

func (p *pending) call(ctx context.Context, action string, in, out any) (err error) {
	c, codec := p.client, p.options.codec
	if fault := serviceFault(p.service); fault != "" {
		return Errorf(Invalid, "service %q: %s", p.service, fault)
	}
	if codec != JSON && !slices.Contains(c.codecs, codec) {
		return Errorf(Invalid, "this client does not Accept %s", codec.Name())
	}
	if p.payload, err = appendIn(p.payload[:0], codec, in); err != nil {
		return err
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	deadline, _ := ctx.Deadline()
	left := time.Until(deadline)
	if left <= 0 || ctx.Err() != nil {
		return late(ctx.Err())
	}
	p.expect()
	var id [64]byte
	p.msg = codec.AppendRequest(p.msg[:0], action, p.payload, c.inbox, p.appendID(id[:0]), p.service, max(left.Milliseconds(), 1))
	p.users.Add(1)
	if err := c.runtime().Bus.PostReceipt(p.service, p.msg, p); err != nil {
		p.users.Add(-1)
		return err
	}
	return p.wait(ctx, out)
}

// bounded gives ctx the default deadline when it has none.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, DefaultTimeout)
}

// late says that a call's time is over, or that it was cancelled.
func late(err error) error {
	if errors.Is(err, context.Canceled) {
		return &Error{Code: Unavailable, Message: "cancelled by the caller", cause: err}
	}
	return &Error{Code: Timeout, Message: "no answer in time", cause: context.DeadlineExceeded}
}

// appendIn appends the payload of a request.
func appendIn(dst []byte, codec Codec, in any) ([]byte, error) {
	if in == nil {
		in = struct{}{}
	}
	payload, err := codec.Append(dst, in)
	if err != nil {
		return dst, Errorf(Invalid, "payload: %w", err)
	}
	return payload, nil
}
