package hub_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/coder/websocket"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/hub"
)

func TestHooksThatPanic(t *testing.T) {
	app, _, left := joined()
	app.OnPeer(nil, func(context.Context, daebus.Peer) { panic("in leave") })
	app.OnPeer(
		func(context.Context, daebus.Peer) error { panic("in join") },
		func(context.Context, daebus.Peer) { t.Error("a leave hook ran of a join that panicked") })
	app.OnPeer(
		func(context.Context, daebus.Peer) error { t.Error("a join ran after one that panicked"); return nil },
		func(context.Context, daebus.Peer) { t.Error("so did its leave") })
	s := serve(t, app, hub.Config{})
	dial(t, s.url).wantClosed(websocket.StatusInternalError)
	within(t, left)
	closeHub(t, s.Hub) // all hooks have returned
	for _, text := range []string{"in join", "in leave"} {
		if n := s.log.count(text); n != 1 {
			t.Errorf("%q is %d times in the log, want once", text, n)
		}
	}
	if len(left) > 0 {
		t.Error("a leave hook ran twice")
	}
}

func TestAJoinTurnsAPeerAway(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want websocket.CloseError
	}{
		{daebus.Refuse(4003, "not this screen"), websocket.CloseError{Code: 4003, Reason: "not this screen"}},
		{daebus.Errorf(daebus.Denied, "screens of the lobby only"), websocket.CloseError{Code: 1008, Reason: "screens of the lobby only"}},
		{daebus.Busy, websocket.CloseError{Code: 1013, Reason: "busy"}},
		{errors.New("the password is 1234"), websocket.CloseError{Code: 1011, Reason: "internal error"}},
	} {
		var order []string // no lock: one thing at a time happens for a peer
		note := func(what string) func(context.Context, daebus.Peer) {
			return func(context.Context, daebus.Peer) { order = append(order, what) }
		}
		app := newApp()
		app.OnPeer(func(_ context.Context, p daebus.Peer) error {
			order = append(order, "join")
			return p.Send("response", map[string]string{"status": "connected"})
		}, note("leave"))
		app.OnPeer(func(context.Context, daebus.Peer) error { return tt.err }, note("leave of who was turned away"))
		s := serve(t, app, hub.Config{})
		c := dial(t, s.url)
		c.want(`{"type":"response","data":{"status":"connected"}}`)
		_, _, err := c.Read(c.ctx)
		if got := (websocket.CloseError{}); !errors.As(err, &got) || got != tt.want {
			t.Errorf("%v: got %v, want %v", tt.err, err, tt.want)
		}
		closeHub(t, s.Hub)
		if want := []string{"join", "leave"}; !slices.Equal(order, want) {
			t.Errorf("%v: got %q, want %q", tt.err, order, want)
		}
		if n := s.log.count("1234"); n != s.log.count("hook failed") || n > 0 != (daebus.CodeOf(tt.err) == daebus.Internal) {
			t.Errorf("%v: it is %d times in the log", tt.err, n)
		}
	}
}
