package daebus

import (
	"context"
	"fmt"
	"time"
)

// Middleware puts a handler around a handler.
type Middleware func(Handler) Handler

// Limit lets at most n calls of h run at once; one more is answered Busy.
func Limit(h Handler, n int) Handler {
	return &limited{Handler: h, n: n, slots: make(chan struct{}, max(n, 0))}
}

type limited struct {
	Handler
	n     int
	slots chan struct{}
}

func (l *limited) Serve(ctx context.Context, req *Request) (any, error) {
	select {
	case l.slots <- struct{}{}:
		defer func() { <-l.slots }()
		return l.Handler.Serve(ctx, req)
	default:
		return nil, Errorf(Busy, "%s: %d already running; try again", req.Name, l.n)
	}
}

func (l *limited) fault() string {
	if l.n < 1 {
		return fmt.Sprintf("Limit is %d; want 1 or more", l.n)
	}
	return faultOf(l.Handler)
}

// Deadline gives each call of h at most d; its context ends then, and an error
// that it returns because of that is answered Timeout.
func Deadline(h Handler, d time.Duration) Handler { return &deadlined{h, d} }

type deadlined struct {
	Handler
	d time.Duration
}

func (t *deadlined) Serve(ctx context.Context, req *Request) (any, error) {
	ctx, cancel := context.WithTimeout(ctx, t.d)
	defer cancel()
	return t.Handler.Serve(ctx, req)
}

func (t *deadlined) fault() string {
	if t.d <= 0 {
		return fmt.Sprintf("Deadline is %v; want more than 0", t.d)
	}
	return faultOf(t.Handler)
}

// wrap puts the middleware around h, the first of it outermost.
func wrap(h Handler, mw []Middleware) Handler {
	for i := len(mw) - 1; i >= 0; i-- {
		h = mw[i](h)
	}
	return h
}
