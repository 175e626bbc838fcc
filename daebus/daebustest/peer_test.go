package daebustest_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

// newLobby has peers join a room and leave the service on demand; it notes who
// has gone.
func newLobby(gone *[]string) *daebus.App {
	app := daebus.New("lobby")
	app.OnPeer(
		func(_ context.Context, p daebus.Peer) error { return p.Send("welcome", p.ID()) },
		func(ctx context.Context, p daebus.Peer) {
			if ctx.Err() != nil || p.Send("bye", nil) == nil {
				panic("leave: its context has ended, or the peer is still there")
			}
			*gone = append(*gone, p.ID())
		})
	on := func(kind string, fn func(p daebus.Peer, room string)) {
		app.Socket(kind, daebus.HandlerFunc(func(_ context.Context, req *daebus.Request) (any, error) {
			var room string
			if err := req.Decode(&room); err != nil {
				return nil, err
			}
			fn(req.Peer, room)
			return "done", nil
		}))
	}
	on("join", daebus.Peer.Join)
	on("leave", daebus.Peer.Leave)
	on("kick", func(p daebus.Peer, reason string) { p.Close(4000, reason) })
	return app
}

func read(t *testing.T, p *daebustest.Peer, want ...string) {
	t.Helper()
	for _, w := range append(want, "") {
		if got := p.Read(); got != w {
			t.Errorf("%s: got %s, want %s", p.ID(), got, w)
		}
	}
}

func TestPeersAndRooms(t *testing.T) {
	var gone []string
	app := newLobby(&gone)
	svc := daebustest.Run(t, daebustest.NewBus(), app)
	ada, bob := svc.Connect(), svc.Connect()
	read(t, ada, `{"type":"welcome","data":"peer1"}`)
	read(t, bob, `{"type":"welcome","data":"peer2"}`)

	ada.Send("join", "red")
	ada.Send("join", "blue")
	bob.Send("join", "blue")
	bob.Write(`{"type":"leave","data":"blue","id":7}`)
	read(t, ada, `{"type":"response","data":"done"}`, `{"type":"response","data":"done"}`)
	read(t, bob, `{"type":"response","data":"done"}`, `{"type":"response","data":"done","id":7}`)
	if got, want := ada.Rooms(), []string{"blue", "red"}; !slices.Equal(got, want) {
		t.Errorf("got rooms %q, want %q", got, want)
	}

	for _, c := range []struct {
		to   []string
		want int
	}{{nil, 2}, {[]string{"blue"}, 1}, {[]string{"blue", "red", "peer1"}, 1}, {[]string{"red", "peer2"}, 2}, {[]string{"green"}, 0}} {
		if n := app.Push("n", 1, c.to...); n != c.want {
			t.Errorf("push to %q: got %d, want %d", c.to, n, c.want)
		}
	}
	read(t, ada, slices.Repeat([]string{`{"type":"n","data":1}`}, 4)...)
	read(t, bob, slices.Repeat([]string{`{"type":"n","data":1}`}, 2)...)
}

func TestPeersLeave(t *testing.T) {
	var gone []string
	app := newLobby(&gone)
	svc := daebustest.Run(t, daebustest.NewBus(), app)
	hangsUp, kicked, stays := svc.Connect(), svc.Connect(), svc.Connect()
	hangsUp.Close()
	hangsUp.Close()
	kicked.Read()
	kicked.Send("kick", "rude")
	kicked.Send("join", "late")
	read(t, kicked)
	if code, reason := kicked.Closed(); code != 4000 || reason != "rude" {
		t.Errorf("got %d %q; want 4000 rude", code, reason)
	}
	if code, _ := stays.Closed(); code != 0 || app.Push("", "x") != 1 {
		t.Error("want one peer left")
	}
	svc.Stop()
	if code, reason := stays.Closed(); code != 1001 || reason != "lobby stops" {
		t.Errorf("got %d %q; want 1001 lobby stops", code, reason)
	}
	if want := []string{"peer1", "peer2", "peer3"}; !slices.Equal(gone, want) {
		t.Errorf("got %q gone, want %q", gone, want)
	}
}

func TestPeerThatDoesNotRead(t *testing.T) {
	app := daebus.New("app")
	var peer daebus.Peer
	app.OnPeer(func(_ context.Context, p daebus.Peer) error { peer = p; return nil }, nil)
	svc := daebustest.Run(t, daebustest.NewBus(), app)
	p := svc.Connect()
	for app.Push("n", 1) == 1 {
	}
	if err := peer.Send("n", 2); daebus.CodeOf(err) != daebus.Busy {
		t.Errorf("got %v, want busy", err)
	}
	p.Read()
	if err := peer.Send("n", make(chan int)); daebus.CodeOf(err) != daebus.Invalid {
		t.Errorf("got %v, want invalid", err)
	}
	if err := peer.Send("n", 3); err != nil {
		t.Error(err)
	}
	if addr := peer.RemoteAddr(); addr != "192.0.2.1:1" {
		t.Errorf("got %s", addr)
	}
}

func TestPeerSeesTicks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := daebus.New("app")
		app.OnPeer(nil, nil)
		app.Every("tick", time.Second, func(context.Context) error {
			app.Push("tick", nil)
			return nil
		})
		p := daebustest.Run(t, daebustest.NewBus(), app).Connect()
		time.Sleep(2 * time.Second)
		synctest.Wait()
		read(t, p, `{"type":"tick","data":null}`, `{"type":"tick","data":null}`)
	})
}
