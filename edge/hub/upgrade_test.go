package hub_test

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/coder/websocket"

	"github.com/daebus/daebus-go/edge/hub"
)

func TestNotAHandshake(t *testing.T) {
	s := serve(t, newApp(), hub.Config{})
	handshake := http.Header{"Connection": {"keep-alive, Upgrade"}, "Upgrade": {"WebSocket"}, "Sec-Websocket-Version": {"13"}}
	for _, tt := range []struct {
		name, method string
		change       func(http.Header)
	}{
		{"plain GET", "GET", func(h http.Header) { clear(h) }},
		{"POST", "POST", func(http.Header) {}},
		{"no Upgrade", "GET", func(h http.Header) { h.Del("Upgrade") }},
		{"other protocol", "GET", func(h http.Header) { h.Set("Upgrade", "h2c") }},
		{"no Connection", "GET", func(h http.Header) { h.Set("Connection", "keep-alive") }},
		{"old version", "GET", func(h http.Header) { h.Set("Sec-WebSocket-Version", "8") }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req, err := http.NewRequest(tt.method, s.url, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header = handshake.Clone()
			tt.change(req.Header)
			status, body := answer(t, req)
			if status != http.StatusUpgradeRequired || body["code"] != "invalid" || body["status"] != "error" {
				t.Errorf("got %d %v", status, body)
			}
		})
	}
}

// registry is a context that knows how many others would end with it.
type registry struct {
	context.Context
	ended chan struct{}
	open  atomic.Int64
}

func (r *registry) Done() <-chan struct{} { return r.ended }

// AfterFunc is what package context looks for.
func (r *registry) AfterFunc(func()) (stop func() bool) {
	r.open.Add(1)
	return func() bool { r.open.Add(-1); return true }
}

func TestARefusedHandshakeLeavesNothingBehind(t *testing.T) {
	parent := &registry{Context: context.Background(), ended: make(chan struct{})}
	s := serve(t, newApp(), hub.Config{Context: parent, MaxPeers: 1})
	for range 3 {
		req := upgradeRequest(t, s.url, nil)
		req.Header.Set("Sec-WebSocket-Key", "too short")
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusBadRequest {
			t.Errorf("got %d, want 400", resp.StatusCode)
		}
	}
	http.DefaultClient.CloseIdleConnections()
	s.Close(t.Context(), nil) // waits for those that were admitted
	if n := parent.open.Load(); n != 0 {
		t.Errorf("%d contexts are left", n)
	}
}

func TestAnyPathAndFirstSubprotocol(t *testing.T) {
	s := serve(t, newApp(), hub.Config{})
	for _, tt := range []struct {
		offered []string
		want    string
	}{
		{nil, ""},
		{[]string{"daebus"}, "daebus"},
		{[]string{"b.v2", "a"}, "b.v2"},
	} {
		c := dialWith(t, s.url+"/any/path?x=1", &websocket.DialOptions{
			Subprotocols:    tt.offered,
			CompressionMode: websocket.CompressionContextTakeover, // offered, and not taken
		})
		if got := c.Subprotocol(); got != tt.want {
			t.Errorf("offered %q: got %q, want %q", tt.offered, got, tt.want)
		}
		c.send(`{"type":"echo","data":1}`)
		c.want(`{"type":"response","data":1}`)
	}
}

func TestOnePeerTooMany(t *testing.T) {
	app, _, left := joined()
	s := serve(t, app, hub.Config{MaxPeers: 2})
	first := dial(t, s.url)
	dial(t, s.url)
	status, body := answer(t, upgradeRequest(t, s.url, nil))
	if status != http.StatusServiceUnavailable || body["code"] != "busy" || body["error"] != "2 peers are connected already" {
		t.Errorf("got %d %v", status, body)
	}
	if n := s.Stats.Refused.Load(); n != 1 {
		t.Errorf("counted %d refused", n)
	}
	first.CloseNow()
	within(t, left)
	for s.Len() != 1 || !admitted(t, s.url) { // the place is free a moment after the hook
	}
}

func admitted(t *testing.T, url string) bool {
	resp, err := http.DefaultTransport.RoundTrip(upgradeRequest(t, url, nil))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusSwitchingProtocols
}

// upgradeRequest is a handshake with origins.
func upgradeRequest(t testing.TB, url string, origins []string) *http.Request {
	t.Helper()
	req, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{
		"Connection":            {"Upgrade"},
		"Upgrade":               {"websocket"},
		"Sec-Websocket-Version": {"13"},
		"Sec-Websocket-Key":     {"dGhlIHNhbXBsZSBub25jZQ=="},
	}
	if origins != nil {
		req.Header["Origin"] = origins
	}
	return req
}
