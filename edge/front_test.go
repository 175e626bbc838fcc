package edge_test

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge"
)

func newEcho() *daebus.App {
	app := daebus.New("kiosk")
	echo := daebus.HandlerFunc(func(_ context.Context, req *daebus.Request) (any, error) { return req.Raw(req.Payload), nil })
	app.Action("echo", echo)
	app.Socket("echo", echo)
	return app
}

func TestAtTheSecondAddressEveryPathIsTheWebSocket(t *testing.T) {
	s := start(t, newEcho(), edge.Config{Bus: "redis://127.0.0.1:1", WebSocket: "127.0.0.1:0"})
	url := s.said(t, `msg="serving WebSocket" addr=(\S+)`)
	addr := strings.TrimPrefix(url, "http://")
	for _, path := range []string{"/", "/ws", "/any/path?x=1", "/healthz"} {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		peer := shakeHands(t, conn, addr, path)
		peer.send(`{"type":"echo","data":1}`)
		peer.want(`{"type":"response","data":1}`)
	}
	openScreen(t, s.url(t)).send(`{"type":"echo"}`)
	for _, req := range []struct {
		path, host, origin string
		want               int
	}{
		{"/healthz", "", "", http.StatusUpgradeRequired},
		{"/", "rebound.example.org", "", http.StatusMisdirectedRequest},
	} {
		r, err := http.NewRequest("GET", url+req.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = req.host
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != req.want {
			t.Errorf("GET %s of host %q: got %d, want %d", req.path, req.host, resp.StatusCode, req.want)
		}
	}
	if err := s.stop(t); err != nil {
		t.Error(err)
	}
}

func TestASecondAddressThatIsTaken(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	s := launch(t, newEcho(), edge.Config{Bus: "redis://127.0.0.1:1", WebSocket: taken.Addr().String()})
	err = s.wait(t)
	if err == nil || !strings.Contains(err.Error(), "choose another address with --websocket") {
		t.Errorf("got %v", err)
	}
}

func TestASecondAddressIsAnother(t *testing.T) {
	for http, want := range map[string]bool{"127.0.0.1:8081": false, "127.0.0.1:8080": true, "": true} {
		c := edge.Config{HTTP: http, WebSocket: "127.0.0.1:8081"}
		if err := edge.Complete(&c, env()); (err == nil) != want || err != nil && !strings.Contains(err.Error(), "that is http's address") {
			t.Errorf("http %q: got %v", http, err)
		}
	}
	c := edge.Config{HTTP: "127.0.0.1:0", WebSocket: "127.0.0.1:0"}
	if err := edge.Complete(&c, env()); err != nil {
		t.Error(err)
	}
}

func TestASecondAddressForOthersWantsAToken(t *testing.T) {
	c := edge.Config{WebSocket: ":8081"}
	if err := edge.Complete(&c, env()); err == nil || !strings.Contains(err.Error(), "there is no token") {
		t.Errorf("got %v", err)
	}
	c.Token = "none"
	if err := edge.Complete(&c, env()); err != nil {
		t.Error(err)
	}
}

func TestTheBridgeAsASetting(t *testing.T) {
	mixed := edge.Config{Bridge: []string{"none", "coffee"}}
	if err := edge.Complete(&mixed, env()); err == nil || !strings.Contains(err.Error(), `want "none" alone`) {
		t.Errorf("got %v", err)
	}
	const ask = `{"type":"publish","channel":"kiosk","data":{"action":"echo","payload":1,"request_id":"1"}}`
	for _, tt := range []struct {
		bridge []string
		want   string
	}{
		{nil, `{"type":"response","request_id":"1","success":true,"data":1}`},
		{[]string{"k*"}, `{"type":"response","request_id":"1","success":true,"data":1}`},
		{[]string{"none"}, `{"type":"response","request_id":"1","success":false,"error":"\"kiosk\" is not open to WebSocket peers; add it to the bridge","code":"denied"}`},
	} {
		s := start(t, newEcho(), edge.Config{Bus: "redis://127.0.0.1:1", Bridge: tt.bridge})
		peer := openScreen(t, s.url(t))
		peer.send(ask)
		peer.want(tt.want)
	}
}

// Who asks for a bridge has a WebSocket, though nothing was registered for one.
func TestABridgeAlone(t *testing.T) {
	app := daebus.New("bridge")
	s := start(t, app, edge.Config{Bus: "redis://127.0.0.1:1", Bridge: []string{"coffee"}})
	peer := openScreen(t, s.url(t))
	peer.send(`{"type":"$ping"}`)
	peer.want(`{"type":"$pong"}`)
}
