package edge

import (
	"net/http"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/hub/client"
	"github.com/daebus/daebus-go/edge/internal/cors"
	"github.com/daebus/daebus-go/edge/internal/gate"
)

// newToken is what other machines present to the service, nil for nothing.
func newToken(service string, cfg *Config) *gate.Token {
	if cfg.Token == noToken {
		return nil
	}
	return gate.NewToken(service, cfg.Token)
}

// handler puts the runtime's own paths beside the service's.
func (r *runner) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/healthz", reading(http.HandlerFunc(r.healthz)))
	mux.Handle("/readyz", reading(http.HandlerFunc(r.readyz)))
	if r.token != nil {
		mux.Handle(gate.LinkPath, r.token)
	}
	if r.hasScreens() {
		script := r.token.Handler(reading(client.Handler()))
		mux.Handle("/daebus.js", script)
		mux.Handle("/daebus.d.ts", script)
		mux.Handle("/ws", r.token.Handler(reading(r.hub)))
	}
	if len(r.service.Topics) > 0 {
		mux.Handle("/events", r.token.Handler(reading(r.hub.Events())))
	}
	mux.Handle("/", r.token.Handler(r.bounded(r.service)))
	return r.gated(mux, func(req *http.Request) []string {
		if _, pattern := mux.Handler(req); pattern != "/" {
			return []string{http.MethodGet, http.MethodHead, http.MethodOptions}
		}
		return r.service.Methods(req)
	})
}

// screens is the hub at every path.
func (r *runner) screens() http.Handler {
	return r.gated(r.token.Handler(reading(r.hub)), func(*http.Request) []string { return []string{http.MethodGet} })
}

// gated puts around h what every request goes through, but for the token.
// methods lists those that a request's path is answered for.
func (r *runner) gated(h http.Handler, methods func(*http.Request) []string) http.Handler {
	h = gate.Origins(r.cfg.Origins, h)
	if len(r.cfg.Origins) > 0 {
		h = cors.New(cors.Config{
			Origins:     r.cfg.Origins,
			Methods:     r.cfg.CORSMethods,
			Headers:     r.cfg.CORSHeaders,
			Expose:      r.cfg.CORSExpose,
			Credentials: r.cfg.CORSCredentials,
			MaxAge:      r.cfg.CORSMaxAge,
		}, methods, h)
	}
	return r.limited(r.recovered(gate.Headers(gate.Hosts(r.cfg.Hosts, h))))
}

// reading answers what does not change anything.
func reading(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Method == http.MethodGet || req.Method == http.MethodHead {
			next.ServeHTTP(w, req)
			return
		}
		w.Header().Set("Allow", "GET, HEAD, OPTIONS")
		if req.Method == http.MethodOptions {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		daebus.WriteError(w, http.StatusMethodNotAllowed, daebus.Errorf(daebus.Invalid, "want GET"))
	})
}
