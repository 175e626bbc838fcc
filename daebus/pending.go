package daebus

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"

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
	dst = append(append(dst, p.client.tag...), '.')
	return strconv.AppendUint(dst, p.id, 36)
}

// receive takes one message from the inbox.
func (c *Client) receive(_ string, msg []byte) {
	codec := codecOf(c.codecs, msg)
	r := responses.Get().(*wire.Response)
	defer responses.Put(r)
	if err := codec.ScanResponse(msg, r); err != nil {
		c.Stray.Add(1)
		c.runtime().log().Warn("inbox: not a reply", "service", c.name, "err", err)
		return
	}
	id, own := c.callID(r.ID)
	if !own || !c.deliver(id, reply{codec: codec, payload: r.Payload, failed: r.Status == wire.Error, final: r.Final}) {
		c.Stray.Add(1)
	}
}

// responses are reused for their scratch space.
var responses = sync.Pool{New: func() any { return new(wire.Response) }}

// callID reads what appendID wrote.
func (c *Client) callID(id []byte) (n uint64, own bool) {
	digits, own := bytes.CutPrefix(id, c.prefix)
	n, err := strconv.ParseUint(string(digits), 36, 64)
	return n, own && err == nil
}

// deliver hands a reply to its call and reports whether the call still waits.
func (c *Client) deliver(id uint64, r reply) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.pending[id]
	if p == nil {
		return false
	}
	if !r.final {
		if p.options.progress != nil && len(p.replies) < maxReports { // else nobody listens, or is far behind
			r.payload = bytes.Clone(r.payload)
			p.replies <- r
		}
		return true
	}
	delete(c.pending, id) // whatever follows is stray
	p.final = append(p.final[:0], r.payload...)
	r.payload = p.final
	p.replies <- r
	return true
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

// noBus is the bus of a client that is not attached.
type noBus struct{}

func (noBus) err() error { return Errorf(Unavailable, "the service is not running") }

func (b noBus) Publish(context.Context, string, []byte) (int, error) { return 0, b.err() }

func (b noBus) Post(string, []byte) error { return b.err() }

func (b noBus) PostReceipt(string, []byte, Receipt) error { return b.err() }

func (b noBus) Subscribe(context.Context, string, func(string, []byte)) (func(), error) {
	return nil, fmt.Errorf("subscribe: %w", b.err())
}
