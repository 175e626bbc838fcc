package daebus

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"sync/atomic"
)

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
	prefix []byte // random, of every request id
	codecs []Codec
	state  atomic.Pointer[Runtime]
	calls  table
}

// NewClient returns a client that is not attached to a runtime yet: its calls
// fail with Unavailable. name is for errors and logs.
func NewClient(name string) *Client {
	return &Client{
		name:   name,
		inbox:  inboxPrefix + randomUUID(),
		prefix: []byte(rand.Text() + "."),
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

// detached is the runtime of a client that has none.
var detached = Runtime{Bus: noBus{}}

func (c *Client) runtime() *Runtime {
	if rt := c.state.Load(); rt != nil {
		return rt
	}
	return &detached
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
	s := newScratch()
	defer s.free()
	payload, err := s.encode(JSON, in)
	if err != nil {
		return err
	}
	// Without a service's name in it the request has no reply address at all.
	s.msg = JSON.AppendRequest(s.msg[:0], action, payload, "", nil, "", 0)
	n, err := c.publish(ctx, service, s.msg)
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

// bounded gives ctx the default deadline when it has none.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, DefaultTimeout)
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

// randomUUID is a version 4 UUID, RFC 9562.
func randomUUID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// noBus is the bus of a client that is not attached.
type noBus struct{}

func (noBus) err() error { return Errorf(Unavailable, "the service is not running") }

func (b noBus) Publish(context.Context, string, []byte) (int, error) { return 0, b.err() }

func (b noBus) Post(string, []byte) error { return b.err() }

func (b noBus) PostFrom(Sender, uint64, string, []byte) error { return b.err() }

func (b noBus) Subscribe(context.Context, string, func(string, []byte)) (func(), error) {
	return nil, fmt.Errorf("subscribe: %w", b.err())
}

func (b noBus) Follow(string, func(string, []byte), func(error)) (func(), error) {
	return nil, b.err()
}
