package edge

import (
	"context"
	"net"
	"net/http"
)

// front is an address at which HTTP is spoken.
type front struct {
	net.Listener
	what    string
	handler func() http.Handler
}

// openFronts opens the addresses of HTTP and of the WebSocket alone, where there
// are such, before anything else: one that is taken is found at once.
func (r *runner) openFronts(stops *undo) (fronts []front, err error) {
	address := r.cfg.HTTP
	if address == "" && (r.service.HasHTTP() || r.hasScreens()) {
		address = "127.0.0.1:8080"
	}
	for _, f := range []struct {
		address, setting, what string
		handler                func() http.Handler
	}{
		{address, "http", "HTTP", r.handler},
		{r.cfg.WebSocket, "websocket", "WebSocket", r.screens},
	} {
		if f.address == "" {
			continue
		}
		ln, err := net.Listen("tcp", f.address)
		if err != nil {
			return nil, listenError(f.setting, f.address, f.setting, err)
		}
		stops.add(func(context.Context) { ln.Close() })
		if f.setting == "http" {
			_, r.pagePort, _ = net.SplitHostPort(ln.Addr().String())
		}
		secured, err := r.secured(ln)
		if err != nil {
			return nil, err
		}
		fronts = append(fronts, front{secured, f.what, f.handler})
	}
	return fronts, nil
}

// hasScreens reports whether WebSocket clients are served on HTTP: where there is
// something to tell them, or the bridge is asked for.
func (r *runner) hasScreens() bool {
	return r.service.HasSockets() || len(r.cfg.bridge()) > 0
}
