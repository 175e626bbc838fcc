package daebus

import (
	"context"
	"sync"
)

// Handler answers requests. The value it returns is its one final reply, which
// is encoded after Serve has returned: nobody may change it any more. An error
// is answered with its code. Handlers run concurrently.
type Handler interface {
	Serve(ctx context.Context, req *Request) (any, error)
}

// HandlerFunc is a function that is a Handler. It sees the payload as it came
// and may return json.RawMessage to answer with bytes as they are.
type HandlerFunc func(ctx context.Context, req *Request) (any, error)

// Serve calls f.
func (f HandlerFunc) Serve(ctx context.Context, req *Request) (any, error) { return f(ctx, req) }

func (f HandlerFunc) fault() string { return nilFault(f == nil) }

// Func makes a Handler of a function over typed values: the payload is decoded
// into Req, and what the function returns is encoded.
func Func[Req, Resp any](fn func(context.Context, Req) (Resp, error)) Handler {
	return typed[Req, Resp](fn)
}

type typed[Req, Resp any] func(context.Context, Req) (Resp, error)

func (f typed[Req, Resp]) Serve(ctx context.Context, req *Request) (any, error) {
	var in Req
	if err := req.Decode(&in); err != nil {
		return nil, err
	}
	out, err := f(ctx, in)
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (f typed[Req, Resp]) fault() string { return nilFault(f == nil) }

// Progress is Func for work that takes a while: report sends a value of type P
// to the caller ahead of the final reply. A caller that has gone or cannot
// take progress does not make report fail; a lost link does.
func Progress[Req, P, Resp any](fn func(ctx context.Context, in Req, report func(P) error) (Resp, error)) Handler {
	return progressive[Req, P, Resp](fn)
}

type progressive[Req, P, Resp any] func(context.Context, Req, func(P) error) (Resp, error)

func (f progressive[Req, P, Resp]) Serve(ctx context.Context, req *Request) (any, error) {
	var mu sync.Mutex // guards over: nothing may follow the final reply
	over, name := false, req.Name
	defer func() {
		mu.Lock()
		defer mu.Unlock()
		over = true
	}()
	report := func(p P) error {
		mu.Lock()
		defer mu.Unlock()
		if over {
			return Errorf(Conflict, "%s: progress after the final reply", name)
		}
		return req.Report(p)
	}
	return typed[Req, Resp](func(ctx context.Context, in Req) (Resp, error) {
		return f(ctx, in, report)
	}).Serve(ctx, req)
}

func (f progressive[Req, P, Resp]) fault() string { return nilFault(f == nil) }

// faulty is a handler that can say why it cannot work; the registration
// collects it.
type faulty interface{ fault() string }

func faultOf(h Handler) string {
	if h == nil {
		return nilFault(true)
	}
	if f, ok := h.(faulty); ok {
		return f.fault()
	}
	return ""
}

func nilFault(isNil bool) string {
	if isNil {
		return "the handler is nil"
	}
	return ""
}
