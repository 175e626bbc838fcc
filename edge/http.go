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
)

// maxInFlight is how many HTTP requests are answered at once; one more is
// told to try again. WebSocket peers are counted by the hub.
const maxInFlight = 256

// serve answers HTTP on ln, if there is one. failed gets the error that ends
// the server before its time.
func (r *runner) serve(ln net.Listener, stops *undo) (failed <-chan error) {
	fail := make(chan error, 1)
	if ln == nil {
		return fail
	}
	server := &http.Server{
		Handler:           r.handler(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(r.log.Handler(), slog.LevelDebug),
		BaseContext:       func(net.Listener) context.Context { return r.work },
	}
	server.RegisterOnShutdown(r.hub.EndEvents)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			fail <- err
		}
	}()
	stops.add(func(grace context.Context) {
		if err := server.Shutdown(grace); err != nil {
			r.log.Warn("HTTP requests left undone", "err", err)
			server.Close()
		}
		<-done
	})
	r.log.Info("serving HTTP", "addr", r.scheme()+"://"+ln.Addr().String())
	return fail
}

// bounded limits how many requests are in flight, and the body of each.
func (r *runner) bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		select {
		case r.answering <- struct{}{}:
			defer func() { <-r.answering }()
		default:
			daebus.WriteError(w, 0, daebus.Errorf(daebus.Busy, "too many requests at once; try again"))
			return
		}
		req.Body = http.MaxBytesReader(w, req.Body, r.cfg.BodyLimit)
		next.ServeHTTP(w, req)
	})
}

// recovered answers a panic of a plain http.Handler.
func (r *runner) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
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
			daebus.WriteError(w, 0, daebus.Internal)
		}()
		next.ServeHTTP(w, req)
	})
}
