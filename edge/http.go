package edge

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/hub"
	"github.com/daebus/daebus-go/edge/internal/gate"
)

// maxInFlight is how many HTTP requests are answered at once; one more is
// told to try again. WebSocket peers are counted by the hub.
const maxInFlight = 256

// Connections at one address, WebSocket peers not among them: beyond many none is
// kept for another request, beyond most a new one is closed at once. Each idle one
// costs some 20 KB.
const (
	manyConns = 512
	mostConns = 2048
)

// serve answers HTTP at the fronts. failed gets the errors that end a server
// before its time.
func (r *runner) serve(fronts []front, stops *undo) (failed <-chan error) {
	fail := make(chan error, len(fronts))
	for _, f := range fronts {
		r.serveAt(f, fail, stops)
	}
	return fail
}

func (r *runner) serveAt(f front, failed chan<- error, stops *undo) {
	server := &http.Server{
		Handler:           f.handler(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(r.log.Handler(), slog.LevelDebug),
		BaseContext:       func(net.Listener) context.Context { return r.work },
		ConnContext:       hub.ConnContext,
	}
	server.RegisterOnShutdown(r.hub.EndEvents)
	gate.Limit(server, manyConns, mostConns, r.log)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := server.Serve(f); !errors.Is(err, http.ErrServerClosed) {
			failed <- err
		}
	}()
	stops.add(func(grace context.Context) {
		if err := server.Shutdown(grace); err != nil {
			r.log.Warn("HTTP requests left undone", "err", err)
			server.Close()
		}
		<-done
	})
	r.log.Info("serving "+f.what, "addr", r.scheme()+"://"+f.Addr().String())
}

// bounded limits how many requests are in flight.
func (r *runner) bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		select {
		case r.answering <- struct{}{}:
			defer func() { <-r.answering }()
		default:
			daebus.WriteError(w, 0, daebus.Errorf(daebus.Busy, "too many requests at once; try again"))
			return
		}
		next.ServeHTTP(w, req)
	})
}

// recovered answers a panic of a plain http.Handler. Where the answer has begun it
// ends the connection: what came must not look whole.
func (r *runner) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		w := &answer{ResponseWriter: rw}
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler {
				panic(p)
			}
			r.service.Stats.Panics.Add(1)
			r.log.Error("handler panicked", "route", req.URL.Path, "panic", p, "stack", string(debug.Stack()))
			if w.begun {
				panic(http.ErrAbortHandler)
			}
			daebus.WriteError(w, 0, daebus.Internal)
		}()
		next.ServeHTTP(w, req)
	})
}
