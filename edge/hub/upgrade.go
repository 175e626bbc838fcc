package hub

import (
	"net/http"
	"strings"

	"github.com/coder/websocket"

	"github.com/daebus/daebus-go/daebus"
)

// ServeHTTP upgrades the request and returns: the connection is the Hub's from
// then on, until the peer has gone. What it refuses it answers with
// daebus.WriteError: 426 when it is no WebSocket handshake, 403 for an origin
// that is not allowed, 503 when there are too many peers or the Hub is closed.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !isHandshake(r) {
		w.Header().Set("Connection", "Upgrade")
		w.Header().Set("Upgrade", "websocket")
		w.Header().Set("Sec-WebSocket-Version", "13")
		daebus.WriteError(w, http.StatusUpgradeRequired, daebus.Errorf(daebus.Invalid, "only WebSocket is spoken here; want a handshake, version 13"))
		return
	}
	if !h.origins.allow(r) {
		h.Stats.Refused.Add(1)
		origin := r.Header.Get("Origin")
		h.denied.Do(func() {
			h.cfg.Log.Warn("origin refused; more will only be counted", "origin", origin, "host", r.Host)
		})
		daebus.WriteError(w, http.StatusForbidden, daebus.Errorf(daebus.Denied, "origin %s is not allowed; add it to Origins", origin))
		return
	}
	if err := h.admit(); err != nil {
		h.Stats.Refused.Add(1)
		w.Header().Set("Retry-After", "5")
		daebus.WriteError(w, http.StatusServiceUnavailable, err)
		return
	}
	p := newPeer(h, r)
	if err := p.upgrade(w, r); err != nil {
		p.cancel()
		h.release()
		h.cfg.Log.Debug("upgrade failed", "err", err) // the client was answered
		return
	}
	go p.serve()
}

// upgrade takes the connection over from the HTTP server.
func (p *peer) upgrade(w http.ResponseWriter, r *http.Request) (err error) {
	cfg := &p.hub.cfg
	compression := websocket.CompressionDisabled
	if cfg.Deflate {
		compression = websocket.CompressionNoContextTakeover
	}
	under := &hijacker{ResponseWriter: w, timeout: cfg.WriteTimeout}
	p.ws, err = websocket.Accept(under, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true, // the origin was checked before
		Subprotocols:       firstProtocol(r),
		CompressionMode:    compression,
		OnPingReceived:     p.onPing,
		OnPongReceived:     p.onPong,
	})
	if err != nil {
		return err
	}
	p.ws.SetReadLimit(cfg.MessageLimit)
	p.conn, p.reader = under.conn, under.reader
	p.deflate = w.Header().Get("Sec-WebSocket-Extensions") != ""
	p.addr = p.conn.RemoteAddr().String()
	return nil
}

// isHandshake follows RFC 6455, section 4.2.1, but for the key.
func isHandshake(r *http.Request) bool {
	return r.Method == http.MethodGet && r.ProtoAtLeast(1, 1) &&
		hasToken(r.Header["Connection"], "upgrade") &&
		hasToken(r.Header["Upgrade"], "websocket") &&
		r.Header.Get("Sec-WebSocket-Version") == "13"
}

func hasToken(lines []string, token string) bool {
	for _, line := range lines {
		for t := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(strings.TrimSpace(t), token) {
				return true
			}
		}
	}
	return false
}

// firstProtocol is the first sub-protocol offered. A client that offers one
// fails when none is selected; to us they are all the same.
func firstProtocol(r *http.Request) []string {
	first, _, _ := strings.Cut(r.Header.Get("Sec-WebSocket-Protocol"), ",")
	if first = strings.TrimSpace(first); first == "" {
		return nil
	}
	return []string{first}
}
