package hub_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/coder/websocket"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/hub"
	"github.com/daebus/daebus-go/edge/internal/pool"
)

func Example() {
	ctx := context.Background()
	app := daebus.New("kiosk")
	app.Socket("echo", echo)
	app.OnPeer(func(_ context.Context, p daebus.Peer) error { p.Join("lobby"); return nil }, nil)
	service, err := app.Service()
	if err != nil {
		fmt.Println(err)
		return
	}
	workers := pool.New(8, 32, nil)
	defer workers.Close(ctx)
	h := hub.New(hub.Config{
		Service: service,
		NewLane: func() hub.Lane { return workers.NewLane(1, 16) },
	})
	server := httptest.NewServer(h)
	defer server.Close()

	screen, _, err := websocket.Dial(ctx, server.URL, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	show := func() {
		_, frame, err := screen.Read(ctx)
		if err != nil {
			fmt.Println("closed with", int(websocket.CloseStatus(err)))
			return
		}
		fmt.Println(string(frame))
	}
	screen.Write(ctx, websocket.MessageText, []byte(`{"type":"echo","data":"hello"}`))
	show()
	fmt.Println("reached:", h.Push([]byte(`{"type":"news","data":1}`), []string{"lobby"}))
	show()
	closed := make(chan error)
	go func() { closed <- h.Close(ctx, "back soon") }()
	show()
	show()
	fmt.Println("closed:", <-closed)

	// Output:
	// {"type":"response","data":"hello"}
	// reached: 1
	// {"type":"news","data":1}
	// {"type":"server_shutdown","data":"back soon"}
	// closed with 1001
	// closed: <nil>
}
