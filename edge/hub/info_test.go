package hub_test

import (
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/daebus/daebus-go/edge/hub"
)

func TestInfo(t *testing.T) {
	app, in, _ := joined()
	s := serve(t, app, hub.Config{})
	before := time.Now()
	c := dialWith(t, s.url+"/lobby?screen=%C3%A9", &websocket.DialOptions{
		HTTPHeader: http.Header{"User-Agent": {strings.Repeat("x", 1000)}},
	})
	p := within(t, in)
	joined := p.Info()
	for range 3 {
		c.send(`{"type":"echo","data":1}`)
		c.want(`{"type":"response","data":1}`)
	}
	got := p.Info()
	if got.Path != "/lobby" || got.Query != "screen=%C3%A9" || got.UserAgent != strings.Repeat("x", 256) {
		t.Errorf("got %.50q, %.50q and an agent of %d bytes", got.Path, got.Query, len(got.UserAgent))
	}
	if joined.In != 0 || joined.Out != 0 || !joined.Active.Equal(joined.Connected) || joined.Connected.Before(before) {
		t.Errorf("at first: got %+v", joined)
	}
	if got.In != 3 || !got.Active.After(joined.Connected) || got.Active.After(time.Now()) {
		t.Errorf("after 3 messages: got %+v", got)
	}
	for p.Info().Out != 3 { // counted a moment after it was sent
		runtime.Gosched()
	}
}

func TestPeersAndWhatTheySeeOnly(t *testing.T) {
	app, in, _ := joined()
	s := serve(t, app, hub.Config{})
	first := dial(t, s.url+"/first")
	a := within(t, in)
	dial(t, s.url+"/second")
	b := within(t, in)
	all := s.Peers()
	if len(all) != 2 || all[0] == all[1] || all[0] != a && all[0] != b || all[1] != a && all[1] != b {
		t.Fatalf("got %v", all)
	}
	b.Close(4000, "kicked")
	for _, p := range s.Peers() {
		if p.Info().Path == "/first" {
			p.Send("for", "the first")
		}
	}
	first.want(`{"type":"for","data":"the first"}`)
}
