package hub_test

import (
	"context"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/daebus/daebus-go/edge/hub"
)

func TestDeflateWhereBothWantIt(t *testing.T) {
	long := `{"type":"echo","data":"` + strings.Repeat("0123456789", 10_000) + `"}`
	for _, tt := range []struct {
		hub    bool
		client websocket.CompressionMode
		want   bool
	}{
		{true, websocket.CompressionContextTakeover, true},
		{true, websocket.CompressionNoContextTakeover, true},
		{true, websocket.CompressionDisabled, false},
		{false, websocket.CompressionContextTakeover, false},
	} {
		s := serve(t, newApp(), hub.Config{Deflate: tt.hub})
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		conn, resp, err := websocket.Dial(ctx, s.url, &websocket.DialOptions{CompressionMode: tt.client})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.HasPrefix(resp.Header.Get("Sec-WebSocket-Extensions"), "permessage-deflate"); got != tt.want {
			t.Errorf("%+v: got %v", tt, got)
		}
		conn.SetReadLimit(1 << 20)
		c := &client{t, ctx, conn}
		for range 3 {
			c.send(long)
			c.want(strings.Replace(long, "echo", "response", 1))
			c.send(`{"type":"$ping"}`)
			c.want(`{"type":"$pong"}`)
		}
		conn.CloseNow()
		cancel()
	}
}

func TestMessageLimitCountsWhatItInflatesTo(t *testing.T) {
	s := serve(t, newApp(), hub.Config{Deflate: true, MessageLimit: 10_000})
	c := dialWith(t, s.url, &websocket.DialOptions{CompressionMode: websocket.CompressionContextTakeover})
	c.send(`{"type":"echo","data":"` + strings.Repeat("0", 1<<20) + `"}`)
	c.wantClosed(websocket.StatusMessageTooBig)
}

func TestDeflatedMessagesStayWholeWhenManyWait(t *testing.T) {
	const messages = 50
	app, in, _ := joined()
	s := serve(t, app, hub.Config{Deflate: true, QueueBytes: 4 << 20})
	c := dialWith(t, s.url, &websocket.DialOptions{CompressionMode: websocket.CompressionContextTakeover})
	within(t, in)
	text := func(n int) string { return strings.Repeat(string(rune('a'+n%26)), 1+n*n*20) }
	for n := range messages {
		s.Push([]byte(text(n)), nil)
	}
	for n := range messages {
		if got := c.receive(); got != text(n) {
			t.Fatalf("message %d: got %d bytes, %.20q", n, len(got), got)
		}
	}
}
