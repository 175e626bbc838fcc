package daebus

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// DefaultTimeout is how long a Call waits when its context has no deadline.
const DefaultTimeout = 5 * time.Second

const inboxPrefix = "caller:"

// Client asks other services. All its calls share one inbox, a channel of its
// own on which the replies come in. It is safe for concurrent use. An App is a
// Client while it runs; edge.Dial makes one for a tool.
type Client struct {
	// Stray counts replies that nobody waited for: they came after the call
	// had given up, or were a second final reply.
	Stray atomic.Int64

	name   string
	inbox  string
	tag    string    // random head of every request id
	prefix []byte    // the same and a dot
	spare  sync.Pool // of *pending
	codecs []Codec
	state  atomic.Pointer[Runtime]

	mu      sync.Mutex // guards below
	last    uint64
	pending map[uint64]*pending
}

// NewClient returns a client that is not attached to a runtime yet: its calls
// fail with Unavailable. name is for errors and logs.
func NewClient(name string) *Client {
	tag := randomUUID()
	return &Client{
		name:    name,
		inbox:   inboxPrefix + randomUUID(),
		tag:     tag,
		prefix:  []byte(tag + "."),
		pending: map[uint64]*pending{},
	}
}

// Accept makes the client understand another encoding beside JSON. It must be
// called before the first call.
func (c *Client) Accept(codec Codec) { c.codecs = append(c.codecs, codec) }

// Attach connects the client to a runtime and subscribes its inbox. It is for
// runtimes; detach undoes it.
func (c *Client) Attach(ctx context.Context, rt Runtime) (detach func(), err error) {
	stop, err := rt.Bus.Subscribe(ctx, c.inbox, c.receive)
	if err != nil {
		return nil, err
	}
	c.state.Store(&rt)
	return func() {
		c.state.Store(nil)
		stop()
	}, nil
}

// LinkDown ends the calls in flight with Unavailable: their replies may have
// been sent while nobody listened. It is for runtimes, when the link goes away.
func (c *Client) LinkDown(err error) {
	lost := Errorf(Unavailable, "the link to the bus was lost before the reply came: %w", err)
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, p := range c.pending {
		delete(c.pending, id)
		p.replies <- reply{err: lost, final: true}
	}
}

// detached is the runtime of a client that has none.
var detached = Runtime{Bus: noBus{}}

func (c *Client) runtime() *Runtime {
	if rt := c.state.Load(); rt != nil {
		return rt
	}
	return &detached
}

// Call asks service to do action with in, waits for its final reply and stores
// that in the value out points to. A nil in is sent as {}, a nil out drops the
// reply's payload.
//
// It waits until ctx is done, or DefaultTimeout when ctx has no deadline, and
// tells the service how long that is. The error has a Code: what the service
// answered; Unavailable, at once, when nobody serves it, the link is down or
// goes down meanwhile, and when ctx is cancelled; Timeout. Somebody who listens to a pattern that covers the service's name
// counts as one who serves it: the bus does not tell them apart.
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
	p.msg = codec.AppendRequest(p.msg[:0], action, p.payload, c.inbox, string(p.appendID(id[:0])), p.service, max(left.Milliseconds(), 1))
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

// Send asks service to do action with in and wants no reply. It waits for the
// bus until ctx is done, or DefaultTimeout. The error has the code Unavailable
// when nobody serves it or the link is down.
func (c *Client) Send(ctx context.Context, service, action string, in any) error {
	err := c.send(ctx, service, action, in)
	if err != nil {
		return fmt.Errorf("send %s.%s: %w", service, action, err)
	}
	return nil
}

func (c *Client) send(ctx context.Context, service, action string, in any) error {
	if fault := serviceFault(service); fault != "" {
		return Errorf(Invalid, "service %q: %s", service, fault)
	}
	payload, err := appendIn(nil, JSON, in)
	if err != nil {
		return err
	}
	// Without a service's name in it the request has no reply address at all.
	n, err := c.publish(ctx, service, JSON.AppendRequest(nil, action, payload, "", "", "", 0))
	if err == nil && n == 0 {
		err = Errorf(Unavailable, "nobody serves %q", service)
	}
	return err
}

// Broadcast publishes v as it is on channel and reports how many subscribers
// got it; 0 is no error. It waits for the bus until ctx is done, or
// DefaultTimeout. The error has the code Unavailable when the link is down.
func (c *Client) Broadcast(ctx context.Context, channel string, v any) (receivers int, err error) {
	if fault := serviceFault(channel); fault != "" {
		return 0, fmt.Errorf("broadcast: %w", Errorf(Invalid, "channel %q: %s", channel, fault))
	}
	msg, err := JSON.Append(nil, v)
	if err != nil {
		return 0, fmt.Errorf("broadcast %s: %w", channel, Errorf(Invalid, "%w", err))
	}
	n, err := c.publish(ctx, channel, msg)
	if err != nil {
		return 0, fmt.Errorf("broadcast %s: %w", channel, err)
	}
	return n, nil
}

// publish is the bus's, within a bounded time.
func (c *Client) publish(ctx context.Context, channel string, msg []byte) (int, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	n, err := c.runtime().Bus.Publish(ctx, channel, msg)
	if err != nil && ctx.Err() != nil {
		err = late(ctx.Err())
	}
	return n, err
}

// Push sends a message {"type":kind,"data":v} to the WebSocket peers of this
// process, to all of them or to those whose ID or room is in to, and reports
// to how many. It never blocks. A value that cannot be encoded reaches nobody
// and is logged. An empty kind is "broadcast", or "message" when to is given.
func (c *Client) Push(kind string, v any, to ...string) int {
	if kind == "" {
		kind = "broadcast"
		if len(to) > 0 {
			kind = "message"
		}
	}
	rt := c.runtime()
	frame, err := PushFrame(kind, v)
	if err != nil {
		rt.log().Error("push dropped", "service", c.name, "err", err)
		return 0
	}
	if rt.Screens == nil {
		return 0
	}
	return rt.Screens.Push(frame, to)
}

// Caller returns a client aimed at one service.
func (c *Client) Caller(service string) Caller { return Caller{c, service} }

// Caller asks one service.
type Caller struct {
	client  *Client
	service string
}

// Call is Client.Call on the caller's service.
func (c Caller) Call(ctx context.Context, action string, in, out any, opts ...CallOption) error {
	return c.client.Call(ctx, c.service, action, in, out, opts...)
}

// Send is Client.Send on the caller's service.
func (c Caller) Send(ctx context.Context, action string, in any) error {
	return c.client.Send(ctx, c.service, action, in)
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

// randomUUID is a version 4 UUID, RFC 9562.
func randomUUID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
