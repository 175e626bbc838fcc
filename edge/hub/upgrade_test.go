package hub_test

import (
	"net/http"
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
