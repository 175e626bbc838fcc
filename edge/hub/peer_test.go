package hub_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/hub"
)

// joined returns an app that gives away its peers, and those that left.
func joined() (app *daebus.App, in, out chan daebus.Peer) {
	app = newApp()
	in, out = make(chan daebus.Peer, 100), make(chan daebus.Peer, 100)
	app.OnPeer(
		func(_ context.Context, p daebus.Peer) error { in <- p; return nil },
		func(_ context.Context, p daebus.Peer) { out <- p })
	return app, in, out
}

func TestJoinThenMessagesThenLeave(t *testing.T) {
	const messages = 10
	app := daebus.New("kiosk")
	var order []string // no lock: one thing at a time happens for a peer
	gate, left := make(chan struct{}), make(chan struct{})
	app.OnPeer(
		func(context.Context, daebus.Peer) error { <-gate; order = append(order, "join"); return nil },
		func(ctx context.Context, _ daebus.Peer) {
			order = append(order, fmt.Sprint("leave ", ctx.Err()))
			close(left)
		})
	app.Socket("count", daebus.Func(func(_ context.Context, n int) (any, error) {
		order = append(order, fmt.Sprint(n))
		return nil, nil
	}))
	c := dial(t, serve(t, app, hub.Config{}).url)
	want := []string{"join"}
	for n := range messages {
		c.send(fmt.Sprintf(`{"type":"count","data":%d}`, n))
		want = append(want, fmt.Sprint(n))
	}
	close(gate)
	c.Close(websocket.StatusNormalClosure, "") // what was sent before is handled all the same
	within(t, left)
	if want = append(want, "leave <nil>"); !slices.Equal(order, want) {
		t.Errorf("got %q, want %q", order, want)
	}
}

func TestContextEndsWhenThePeerGoes(t *testing.T) {
	app := newApp()
	running, ended := make(chan struct{}), make(chan error)
	app.Socket("wait", daebus.HandlerFunc(func(ctx context.Context, _ *daebus.Request) (any, error) {
		close(running)
		<-ctx.Done()
		ended <- ctx.Err()
		return nil, nil
	}))
	c := dial(t, serve(t, app, hub.Config{}).url)
	c.send(`{"type":"wait"}`)
	within(t, running)
	c.CloseNow()
	if err := within(t, ended); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestPeerSendsThenCloses(t *testing.T) {
	for _, tt := range []struct {
		code   int
		reason string
		want   websocket.CloseError
	}{
		{1000, "bye", websocket.CloseError{Code: 1000, Reason: "bye"}},
		{4321, "", websocket.CloseError{Code: 4321}},
		{1006, "may not be sent", websocket.CloseError{Code: 1011, Reason: "may not be sent"}},
		{0, strings.Repeat("é", 100), websocket.CloseError{Code: 1011, Reason: strings.Repeat("é", 61)}},
	} {
		app, in, out := joined()
		c := dial(t, serve(t, app, hub.Config{}).url)
		p := within(t, in)
		for range 3 {
			if err := p.Send("last", "words"); err != nil {
				t.Error(err)
			}
		}
		p.Close(tt.code, tt.reason)
		p.Close(3000, "the second does not count")
		if err := p.Send("more", nil); !errors.Is(err, daebus.Unavailable) {
			t.Errorf("after Close: got %v, want unavailable", err)
		}
		for range 3 {
			c.want(`{"type":"last","data":"words"}`)
		}
		_, _, err := c.Read(c.ctx)
		if got := (websocket.CloseError{}); !errors.As(err, &got) || got != tt.want {
			t.Errorf("Close(%d): got %v, want %v", tt.code, err, tt.want)
		}
		within(t, out)
	}
}

func TestSendErrors(t *testing.T) {
	app, in, out := joined()
	c := dial(t, serve(t, app, hub.Config{}).url)
	p := within(t, in)
	if err := p.Send("channel", make(chan int)); !errors.Is(err, daebus.Invalid) {
		t.Errorf("what cannot be encoded: got %v, want invalid", err)
	}
	c.CloseNow()
	within(t, out)
	if err := p.Send("hello", nil); !errors.Is(err, daebus.Unavailable) {
		t.Errorf("gone: got %v, want unavailable", err)
	}
}
