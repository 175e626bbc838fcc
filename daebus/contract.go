package daebus

import "context"

// Asker is what a contract calls through: a *Client, or an *App.
type Asker interface{ asker() *Client }

func (c *Client) asker() *Client { return c }

// Answerer is what a contract registers with: a *Blueprint, or an *App.
type Answerer interface{ blueprint() *Blueprint }

// Method is the contract of one action: who answers it, its name, and the
// types of request and reply. Declare it once, in a package both ends import.
type Method[Req, Resp any] struct{ Service, Action string }

// Handle registers fn as the action's handler. On an App of another name, or
// under another name of its own because of Mount's prefix, it is a mistake.
func (m Method[Req, Resp]) Handle(a Answerer, fn func(context.Context, Req) (Resp, error)) {
	m.handle(a, Func(fn))
}

// HandleProgress is Handle for a handler that reports progress, see Progress.
// P stands outside the contract's type: a caller takes it with OnProgress.
func HandleProgress[Req, P, Resp any](a Answerer, m Method[Req, Resp], fn func(context.Context, Req, func(P) error) (Resp, error)) {
	m.handle(a, Progress(fn))
}

func (m Method[Req, Resp]) handle(a Answerer, h Handler) {
	b := a.blueprint()
	b.Action(m.Action, h)
	b.contracts = append(b.contracts, entry[string]{m.Action, m.Service, here()})
}

// Call asks for the action, see Client.Call.
func (m Method[Req, Resp]) Call(ctx context.Context, from Asker, in Req, opts ...CallOption) (Resp, error) {
	var out Resp
	err := from.asker().Call(ctx, m.Service, m.Action, in, &out, opts...)
	return out, err
}

// Topic is the contract of a broadcast channel, its name and the type of its
// messages, or of a topic with state that is shown on screens, or of both: the
// messages go to services, the state to screens.
type Topic[T any] string

// Listen registers fn for the topic's messages, see Blueprint.Listen.
func (t Topic[T]) Listen(a Answerer, fn func(context.Context, T) error) {
	var h Handler = typed[T, any](nil)
	if fn != nil {
		h = Func(func(ctx context.Context, v T) (any, error) { return nil, fn(ctx, v) })
	}
	a.blueprint().Listen(string(t), h)
}

// Broadcast publishes v and reports how many subscribers got it.
func (t Topic[T]) Broadcast(ctx context.Context, from Asker, v T) (receivers int, err error) {
	return from.asker().Broadcast(ctx, string(t), v)
}

// Declare makes the topic one with state, see Blueprint.Topic.
func (t Topic[T]) Declare(a Answerer) { a.blueprint().Topic(string(t)) }

// Show makes v the topic's newest value on all screens, see Client.Show.
func (t Topic[T]) Show(from Asker, v T) error { return from.asker().Show(string(t), v) }
