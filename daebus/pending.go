package daebus

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/daebus/daebus-go/daebus/internal/wire"
)

// CallOption changes one call.
type CallOption func(*callOptions)

type callOptions struct {
	codec    Codec
	progress func(Codec, []byte) error // nil: progress is ignored
}

// OnProgress calls fn with each progress report ahead of the final reply, in
// order, in the goroutine of the Call. While fn is busy up to 64 reports wait;
// beyond that new ones are left out. A report that does not fit P ends the
// call with an error.
func OnProgress[P any](fn func(P)) CallOption {
	return func(o *callOptions) {
		o.progress = func(c Codec, payload []byte) error {
			var p P
			if err := c.Unmarshal(payload, &p); err != nil {
				return internalf("the progress does not fit: %w", err)
			}
			fn(p)
			return nil
		}
	}
}

// Encoding sends the call in another encoding than JSON. The client must
// Accept it as well, to understand the reply.
func Encoding(c Codec) CallOption {
	return func(o *callOptions) { o.codec = cmp.Or(c, JSON) }
}

// maxReports is how many progress reports wait for a slow OnProgress.
const maxReports = 64

// pending is one call that waits for its reply.
type pending struct {
	replies chan reply // the last place is the final reply's
	reports bool
}

type reply struct {
	codec   Codec
	payload []byte
	failed  bool
	final   bool
	err     error // there is no reply, and why
}

// expect makes room for a call's replies under a new id.
func (c *Client) expect(o *callOptions) (uint64, *pending) {
	p := &pending{reports: o.progress != nil}
	room := 1
	if p.reports {
		room += maxReports
	}
	p.replies = make(chan reply, room)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last++
	c.pending[c.last] = p
	return c.last, p
}

func (c *Client) forget(id uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.pending, id)
}

func (c *Client) requestID(id uint64) string {
	return c.tag + "." + strconv.FormatUint(id, 36)
}

// receive takes one message from the inbox.
func (c *Client) receive(_ string, msg []byte) {
	codec := codecOf(c.codecs, msg)
	var r wire.Response
	if err := codec.ScanResponse(msg, &r); err != nil {
		c.Stray.Add(1)
		c.runtime().log().Warn("inbox: not a reply", "service", c.name, "err", err)
		return
	}
	digits, own := strings.CutPrefix(string(r.ID), c.tag+".")
	id, err := strconv.ParseUint(digits, 36, 64)
	if !own || err != nil {
		c.Stray.Add(1)
		return
	}
	failed := r.Status == wire.Error
	if !c.deliver(id, reply{codec: codec, payload: r.Payload, failed: failed, final: r.Final}) {
		c.Stray.Add(1)
	}
}

// deliver hands a reply to its call and reports whether the call still waits.
func (c *Client) deliver(id uint64, r reply) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.pending[id]
	if p == nil {
		return false
	}
	if !r.final && (!p.reports || len(p.replies) >= maxReports) {
		return true // nobody listens, or the listener is far behind
	}
	r.payload = append([]byte(nil), r.payload...)
	if r.final {
		delete(c.pending, id) // whatever follows is stray
	}
	p.replies <- r
	return true
}

// wait hands on progress until the final reply is there or ctx is done.
func (p *pending) wait(ctx context.Context, o *callOptions, out any) error {
	for {
		select {
		case r := <-p.replies:
			if r.final {
				return r.store(out)
			}
			if err := o.progress(r.codec, r.payload); err != nil {
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

// noBus is the bus of a client that is not attached.
type noBus struct{}

func (noBus) err() error { return Errorf(Unavailable, "the service is not running") }

func (b noBus) Publish(context.Context, string, []byte) (int, error) { return 0, b.err() }

func (b noBus) Post(string, []byte) error { return b.err() }

func (b noBus) Subscribe(context.Context, string, func(string, []byte)) (func(), error) {
	return nil, fmt.Errorf("subscribe: %w", b.err())
}
