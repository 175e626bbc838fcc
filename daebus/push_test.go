package daebus_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

func TestPushIf(t *testing.T) {
	app := daebus.New("app")
	app.Socket("echo", raw)
	equal(t, "before it runs", len(app.Peers()), 0)
	svc := daebustest.Run(t, daebustest.NewBus(), app)
	quiet, talks := svc.Connect(), svc.Connect()
	talks.Write(`{"type":"echo","data":0}`)
	talks.Read()
	talked := func(p daebus.Peer) bool { return p.Info().In > 0 }
	equal(t, "reached", app.PushIf("", 1, talked), 1)
	equal(t, "cannot be encoded", app.PushIf("", make(chan int), talked), 0)
	equal(t, "who talked", talks.Read(), `{"type":"message","data":1}`)
	equal(t, "who did not", quiet.Read(), "")
	peers := app.Peers()
	equal(t, "peers", len(peers), 2)
	quiet.Close()
	equal(t, "one has gone", app.PushIf("kind", 2, func(daebus.Peer) bool { return true }), 1)
}

func TestPeerInfo(t *testing.T) {
	app := daebus.New("app")
	app.Socket("echo", raw)
	svc := daebustest.Run(t, daebustest.NewBus(), app)
	svc.Connect().Write(`{"type":"echo","data":0}`)
	got := app.Peers()[0].Info()
	if got.Path != "/ws" || got.In != 1 || got.Out != 1 || got.Active.Before(got.Connected) || time.Since(got.Connected) < 0 {
		t.Errorf("got %+v", got)
	}
}

func TestAJoinTurnsAPeerAway(t *testing.T) {
	for _, c := range []struct {
		err    error
		code   int
		reason string
	}{
		{daebus.Refuse(4001, "no"), 4001, "no"},
		{fmt.Errorf("join: %w", daebus.Refuse(1008, "later")), 1008, "later"},
		{daebus.Denied, 1008, "denied"},
		{daebus.Errorf(daebus.Invalid, "which screen?"), 1008, "which screen?"},
		{daebus.Errorf(daebus.Unavailable, "soon"), 1013, "soon"},
		{errors.New("secret"), 1011, "internal error"},
	} {
		app := daebus.New("app")
		var left []string
		leave := func(what string) func(context.Context, daebus.Peer) {
			return func(context.Context, daebus.Peer) { left = append(left, what) }
		}
		app.OnPeer(nil, leave("first"))
		app.OnPeer(func(context.Context, daebus.Peer) error { return c.err }, leave("second"))
		app.OnPeer(func(context.Context, daebus.Peer) error { left = append(left, "third"); return nil }, nil)
		peer := daebustest.Run(t, daebustest.NewBus(), app).Connect()
		code, reason := peer.Closed()
		equal(t, c.err.Error(), fmt.Sprint(code, reason, left), fmt.Sprint(c.code, c.reason, []string{"first"}))
	}
	equal(t, "code", daebus.CodeOf(daebus.Refuse(4000, "x")), daebus.Denied)
}
