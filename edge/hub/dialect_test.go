package hub_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/hub"
)

// exchange is one message of a capture and the frames it was answered with.
type exchange struct {
	sent    string
	answers []string
}

func capture(t *testing.T) []exchange {
	t.Helper()
	text, err := os.ReadFile("testdata/daebus-websocket.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []exchange
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if sent, ok := strings.CutPrefix(line, "-> "); ok {
			all = append(all, exchange{sent: sent})
		} else if got, ok := strings.CutPrefix(line, "   <- "); ok {
			last := &all[len(all)-1]
			last.answers = append(last.answers, got)
		} else {
			t.Fatalf("not a line of a capture: %q", line)
		}
	}
	return all
}

func value(v any) daebus.Handler {
	return daebus.HandlerFunc(func(context.Context, *daebus.Request) (any, error) { return v, nil })
}

// sends answers nothing, or v, after sending a message of its own.
func sends(kind string, data, v any) daebus.Handler {
	return daebus.HandlerFunc(func(_ context.Context, req *daebus.Request) (any, error) {
		return v, req.Peer.Send(kind, data)
	})
}

func TestAnswersAsTheOriginalDid(t *testing.T) {
	app := newApp()
	app.Socket("ping", value(map[string]bool{"pong": true}))
	app.Socket("no_return", value(nil))
	app.Socket("false", value(false))
	app.Socket("via_ws_send", sends("custom", map[string]string{"via": "websocket.send"}, nil))
	app.Socket("chat_message", sends("chat_update",
		map[string]any{"sender": "J", "message": "hi", "timestamp": 1.5},
		map[string]any{"status": "delivered", "timestamp": 2.5}))
	c := dial(t, serve(t, app, hub.Config{}).url)

	for _, x := range capture(t) {
		c.send(x.sent)
		for _, want := range x.answers {
			c.want(want)
		}
		c.send(`{"type":"echo","data":"that was all"}`)
		c.want(`{"type":"response","data":"that was all"}`)
	}
}

func TestFailuresAreAnsweredUnderData(t *testing.T) {
	app := newApp()
	app.Socket("boom", daebus.HandlerFunc(func(context.Context, *daebus.Request) (any, error) {
		return nil, daebus.Errorf(daebus.Conflict, "ws boom")
	}))
	app.Socket("secret", daebus.HandlerFunc(func(context.Context, *daebus.Request) (any, error) {
		return nil, errors.New("the password is 1234")
	}))
	c := dial(t, serve(t, app, hub.Config{}).url)
	c.send(`{"type":"boom"}`)
	c.want(`{"type":"error","data":{"error":"ws boom","code":"conflict"}}`)
	c.send(`{"type":"secret"}`)
	c.want(`{"type":"error","data":{"error":"internal error","code":"internal"}}`)
}

func TestBinaryIsReadAsText(t *testing.T) {
	c := dial(t, serve(t, newApp(), hub.Config{}).url)
	if err := c.Write(c.ctx, websocket.MessageBinary, []byte(`{"type":"echo","data":{"bin":1}}`)); err != nil {
		t.Fatal(err)
	}
	c.want(`{"type":"response","data":{"bin":1}}`)
}

func TestMessageLimit(t *testing.T) {
	echoOf := func(bytes int) string {
		frame := `{"type":"echo","data":""}`
		return strings.Replace(frame, `""`, `"`+strings.Repeat("x", bytes-len(frame))+`"`, 1)
	}
	t.Run("a message of the limit passes", func(t *testing.T) {
		c := dial(t, serve(t, newApp(), hub.Config{}).url)
		for range 2 { // 1 MiB does not fit in the queue, but alone it may go
			c.send(echoOf(1 << 20))
			if got := c.receive(); len(got) < 1<<20 {
				t.Fatalf("got %d bytes: %.100s", len(got), got)
			}
		}
	})
	t.Run("one more byte closes with 1009", func(t *testing.T) {
		c := dial(t, serve(t, newApp(), hub.Config{}).url)
		c.send(echoOf(1<<20 + 1))
		c.wantClosed(websocket.StatusMessageTooBig)
	})
	t.Run("so does a configured one, in fragments", func(t *testing.T) {
		c := dial(t, serve(t, newApp(), hub.Config{MessageLimit: 100}).url)
		w, err := c.Writer(c.ctx, websocket.MessageText)
		if err != nil {
			t.Fatal(err)
		}
		for range 11 {
			w.Write([]byte(`0123456789`))
		}
		w.Close()
		c.wantClosed(websocket.StatusMessageTooBig)
	})
}

func TestIDsAreRandomUUIDs(t *testing.T) {
	app := newApp()
	app.OnPeer(func(_ context.Context, p daebus.Peer) error {
		return p.Send("hello", map[string]string{"id": p.ID(), "addr": p.RemoteAddr()})
	}, nil)
	s := serve(t, app, hub.Config{})
	form := regexp.MustCompile(`^user_[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	seen := map[string]bool{}
	for range 3 {
		var hello struct{ Data struct{ ID, Addr string } }
		if err := json.Unmarshal([]byte(dial(t, s.url).receive()), &hello); err != nil {
			t.Fatal(err)
		}
		if id := hello.Data.ID; !form.MatchString(id) || seen[id] {
			t.Errorf("got ID %q", id)
		}
		if !strings.HasPrefix(hello.Data.Addr, "127.0.0.1:") {
			t.Errorf("got address %q", hello.Data.Addr)
		}
		seen[hello.Data.ID] = true
	}
}
