package hub_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/daebus/daebus-go/edge/hub"
)

func TestAPeerThatSendsTooMuch(t *testing.T) {
	const rate, atOnce = 2, 20
	inBubble(t, hub.Config{MessageRate: rate}, func(t *testing.T, b bubble) {
		c := b.connect(t)
		<-b.in
		for n := range 2 {
			for range atOnce {
				c.send(`{"type":"$ping"}`)
				c.want(`{"type":"$pong"}`)
			}
			c.send(`{"type":"echo"}`)
			c.want(`{"type":"error","error":"Rate limit exceeded","retry_after":1}`)
			c.send(`{"type":"echo","id":7}`)
			c.want(`{"type":"error","data":{"error":"Rate limit exceeded","code":"busy"},"id":7}`)
			c.send(ask("kiosk", "x", "req_1"))
			c.want(`{"type":"response","request_id":"req_1","success":false,"error":"Rate limit exceeded","code":"busy"}`)
			if got, want := b.Stats.Limited.Load(), int64(3*(n+1)); got != want {
				t.Errorf("counted %d, want %d", got, want)
			}
			<-time.After(10 * time.Second)
		}
	})
}

func TestThereIsNoRateLimitByDefault(t *testing.T) {
	c := dial(t, serve(t, newApp(), hub.Config{}).url)
	for range 500 {
		c.send(`{"type":"$ping"}`)
		c.want(`{"type":"$pong"}`)
	}
}

// connect is dial, in the bubble.
func (b bubble) connect(t *testing.T) *client {
	t.Helper()
	transport := &http.Transport{DialContext: b.dial}
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	conn, _, err := websocket.Dial(ctx, "ws://kiosk/ws", &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: transport},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		conn.CloseNow()
		cancel()
		transport.CloseIdleConnections()
	})
	return &client{t, ctx, conn}
}
