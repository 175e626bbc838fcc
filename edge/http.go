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
	"github.com/daebus/daebus-go/edge/hub/client"
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
	r.log.Info("serving HTTP", "addr", "http://"+ln.Addr().String())
	return fail
}

// handler puts the runtime's own paths beside the service's, and the bounds
// around all of them.
func (r *runner) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", r.healthz)
	mux.HandleFunc("GET /readyz", r.readyz)
	if r.service.HasSockets() {
		mux.Handle("GET /ws", r.hub)
		mux.Handle("GET /daebus.js", client.Script())
		mux.Handle("GET /daebus.d.ts", client.Types())
	}
	if len(r.service.Topics) > 0 {
		mux.Handle("GET /events", r.hub.Events())
	}
	mux.Handle("/", r.sameOrigin(r.bounded(r.service)))
	return r.recovered(mux)
}

// sameOrigin keeps the pages of other origins, but for Config.Origins, from
// making a browser POST here in its user's name.
func (r *runner) sameOrigin(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	for _, origin := range r.cfg.Origins {
		if err := protection.AddTrustedOrigin(origin); err != nil {
			r.log.Warn("an entry of Origins allows nothing", "origin", origin, "err", err)
		}
	}
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		daebus.WriteError(w, 0, daebus.Errorf(daebus.Denied, "a page of another origin may not do that; add it to origins: %s", req.Header.Get("Origin")))
	}))
	return protection.Handler(next)
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
