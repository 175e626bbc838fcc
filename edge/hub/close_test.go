package hub_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/coder/websocket"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/hub"
)

func TestCloseSaysSoThenClosesWith1001(t *testing.T) {
	app, in, out := joined()
	s := serve(t, app, hub.Config{})
	const peers = 5
	var clients []*client
	for range peers {
		clients = append(clients, dial(t, s.url))
		within(t, in)
	}
	closed := make(chan error)
	go func() { closed <- s.Close(context.Background(), map[string]int{"back_in": 5}) }()
	for _, c := range clients {
		c.want(`{"type":"server_shutdown","data":{"back_in":5}}`)
		c.wantClosed(websocket.StatusGoingAway)
	}
	if err := within(t, closed); err != nil {
		t.Error(err)
	}
	if s.Len() != 0 || len(out) != peers {
		t.Errorf("Close returned with %d peers, %d left", s.Len(), len(out))
	}
	status, body := answer(t, upgradeRequest(t, s.url, nil))
	if status != http.StatusServiceUnavailable || body["code"] != "unavailable" {
		t.Errorf("after Close: got %d %v", status, body)
	}
}

func TestCloseOfAnIdleHub(t *testing.T) {
	h, _ := newHub(t, newApp(), hub.Config{})
	for range 2 {
		if err := h.Close(context.Background(), nil); err != nil {
			t.Error(err)
		}
	}
}

func TestCloseEndsAJoinHook(t *testing.T) {
	app := newApp()
	joining := make(chan struct{})
	app.OnPeer(func(ctx context.Context, _ daebus.Peer) error {
		close(joining)
		<-ctx.Done()
		return nil
	}, nil)
	s := serve(t, app, hub.Config{})
	c := dial(t, s.url)
	within(t, joining)
	closed := make(chan error)
	go func() { closed <- s.Close(context.Background(), nil) }()
	c.want(`{"type":"server_shutdown","data":null}`)
	c.wantClosed(websocket.StatusGoingAway)
	if err := within(t, closed); err != nil {
		t.Error(err)
	}
}

func TestCloseDoesNotWaitForEver(t *testing.T) {
	app, _, left := joined()
	gate, running := make(chan struct{}), make(chan struct{})
	app.Socket("stuck", daebus.HandlerFunc(func(context.Context, *daebus.Request) (any, error) {
		close(running)
		<-gate
		return nil, nil
	}))
	s := serve(t, app, hub.Config{})
	defer close(gate)
	c := dial(t, s.url)
	c.send(`{"type":"stuck"}`)
	within(t, running)

	ctx, cancel := context.WithCancel(context.Background())
	closed := make(chan error)
	go func() { closed <- s.Close(ctx, make(chan int)) }()
	c.wantClosed(websocket.StatusGoingAway) // without the message, which cannot be encoded
	cancel()
	err := within(t, closed)
	if !errors.Is(err, context.Canceled) || !errors.Is(err, daebus.Invalid) {
		t.Errorf("got %v, want canceled and invalid", err)
	}
	within(t, left) // although the handler still runs
}
