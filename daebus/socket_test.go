package daebus_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

// newPage answers the frames of the capture as the captured service did.
func newPage(t *testing.T) *daebustest.Service {
	app := daebus.New("page")
	app.Socket("echo", raw)
	app.Socket("boom", failing(daebus.Errorf(daebus.Internal, "ws boom")))
	for kind, answer := range map[string]string{
		"ping": `{"pong":true}`, "no_return": "null", "false": "false", "async_op": `{"async":true}`,
		"types": `{"dt":"2026-01-02T03:04:05","set":[1]}`, "subscribe_metrics": `{"status":"subscribed","update_interval":10}`,
		"chat_message": `{"status":"delivered","timestamp":2.5}`,
	} {
		app.Socket(kind, daebus.HandlerFunc(func(context.Context, *daebus.Request) (any, error) {
			return json.RawMessage(answer), nil
		}))
	}
	return daebustest.Run(t, daebustest.NewBus(), app)
}

// The frames of the capture get the answers of the capture.
func TestCapturedFrames(t *testing.T) {
	svc := newPage(t)
	handled := []string{"echo", "boom", "ping", "no_return", "false", "async_op", "types", "subscribe_metrics", "chat_message", "nope", "5", ""}
	lines, seen := captureLines(t, "daebus-websocket.txt"), 0
	for i, line := range lines {
		frame, ok := strings.CutPrefix(line, "-> ")
		if !ok || strings.HasPrefix(frame, "BINARY") || strings.Contains(frame, " echo: ") {
			continue
		}
		var f struct{ Type, ID any }
		isJSON := json.Unmarshal([]byte(frame), &f) == nil
		kind, named := f.Type.(string)
		if isJSON && (f.Type != nil && !named && f.Type != 5.0 || named && !slices.Contains(handled, kind)) || json.Valid([]byte(frame)) && frame[0] != '{' {
			continue // a type of its own, or one that the original chokes on
		}
		seen++
		peer := svc.Connect()
		peer.Write(frame)
		got := peer.Read()
		want := ""
		if next := lines[i+1]; strings.HasPrefix(next, "   <- ") {
			want = strings.TrimPrefix(next, "   <- ")
		}
		if got == "" || want == "" {
			equal(t, frame, got, want)
			continue
		}
		g, w := members(t, got), members(t, want)
		if f.ID != nil {
			equal(t, frame+": id", g["id"], f.ID)
			delete(g, "id") // ours says more
		}
		if data, ok := g["data"].(map[string]any); ok && g["type"] == "error" {
			delete(data, "code")
		}
		equal(t, frame, g, w)
	}
	if seen < 21 {
		t.Errorf("got %d frames, want at least 21", seen)
	}
}

func TestSocket(t *testing.T) {
	app := daebus.New("app")
	app.Socket("echo", raw)
	app.Socket("who", daebus.HandlerFunc(func(_ context.Context, req *daebus.Request) (any, error) {
		return []string{req.Name, req.Peer.ID()}, nil
	}))
	app.Socket("typed", daebus.Func(func(_ context.Context, in input) (input, error) { return in, nil }))
	app.Socket("secret", failing(errors.New("secret")))
	app.Socket("slow", daebus.Progress(func(_ context.Context, _ any, report func(int) error) (any, error) { return nil, report(50) }))
	app.PageVersion("v7")
	app.Socket("badreply", daebus.HandlerFunc(func(context.Context, *daebus.Request) (any, error) { return make(chan int), nil }))
	svc := daebustest.Run(t, daebustest.NewBus(), app)
	for frame, want := range map[string]string{
		`{"type":"echo","data":9007199254740993,"id":"x"}`: `{"type":"response","data":9007199254740993,"id":"x"}`,
		"{\"type\":\"echo\",\"data\":\"\xff\"}":            "{\"type\":\"response\",\"data\":\"\uFFFD\"}", // a text frame is UTF-8
		`{"type":"who"}`:                                   `{"type":"response","data":["who","peer1"]}`,
		`{"type":"typed","data":{"in":"x"},"id":[1]}`:      `{"type":"error","data":{"error":"payload.in: got string; want a whole number","code":"invalid"},"id":[1]}`,
		`{"type":"secret","id":1}`:                         `{"type":"error","data":{"error":"internal error","code":"internal"},"id":1}`,
		`{"type":"badreply"}`:                              `{"type":"error","data":{"error":"internal error","code":"internal"}}`,
		`{"type":"echo","data":null}`:                      ``,
		`{"type":"echo","data":null,"id":1}`:               `{"type":"response","data":null,"id":1}`,
		`{"type":"nope","id":"a"}`:                         `{"type":"error","data":{"error":"No handler found for message type 'nope'","code":"not_found"},"id":"a"}`,
		`{"type":"$ping"}`:                                 `{"type":"$pong"}`,
		`{"type":"$ping","id":2}`:                          `{"type":"$pong","id":2}`,
		`{"type":"$hello","id":3}`:                         `{"type":"$hello","data":{"peer":"peer1","service":"app","version":"v7"},"id":3}`,
		`{"type":"$nope"}`:                                 `{"type":"error","error":"No handler found for message type '$nope'"}`,
		`{"type":"slow","id":4}`:                           `{"type":"progress","data":50,"id":4}`,
		`{"type":"connect"}`:                               `{"type":"error","error":"No handler found for message type 'connect'"}`,
		`{"type":"echo","data":NaN}`:                       `{"type":"error","error":"Invalid JSON"}`,
		`[]`:                                               `{"type":"error","error":"No message type provided"}`,
	} {
		peer := svc.Connect()
		peer.Write(frame)
		want = strings.Replace(want, "peer1", peer.ID(), 1)
		equal(t, frame, peer.Read(), want)
	}
}

func TestRefuseSocket(t *testing.T) {
	svc, err := daebus.New("app").Service()
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "frame", string(svc.RefuseSocket([]byte(`{"type":"x","id":7}`), daebus.Errorf(daebus.Busy, "full"))),
		`{"type":"error","data":{"error":"full","code":"busy"},"id":7}`)
	equal(t, "rubbish", string(svc.RefuseSocket([]byte(`x`), errors.New("secret"))),
		`{"type":"error","data":{"error":"internal error","code":"internal"}}`)
	equal(t, "refused", svc.Stats.Refused.Load(), 2)
}

func TestPush(t *testing.T) {
	app := daebus.New("app")
	app.Socket("echo", raw)
	svc := daebustest.Run(t, daebustest.NewBus(), app)
	peer := svc.Connect()
	app.Push("", 1)
	app.Push("", 2, peer.ID())
	app.Push("kind", 3)
	for _, want := range []string{`{"type":"broadcast","data":1}`, `{"type":"message","data":2}`, `{"type":"kind","data":3}`} {
		equal(t, "frame", peer.Read(), want)
	}
}

func TestWhatAServiceHas(t *testing.T) {
	for _, c := range []struct {
		name                   string
		make                   func(*daebus.App)
		actions, http, sockets bool
	}{
		{"nothing", func(*daebus.App) {}, false, false, false},
		{"an action", func(a *daebus.App) { a.Action("a", raw) }, true, false, false},
		{"a route", func(a *daebus.App) { a.Route("/", daebus.HTTP(raw)) }, false, true, false},
		{"a socket", func(a *daebus.App) { a.Socket("s", raw) }, false, true, true},
		{"a leave hook", func(a *daebus.App) { a.OnPeer(nil, func(context.Context, daebus.Peer) {}) }, false, true, true},
	} {
		app := daebus.New("app")
		c.make(app)
		svc, err := app.Service()
		if err != nil {
			t.Fatal(err)
		}
		equal(t, c.name, []bool{svc.HasActions(), svc.HasHTTP(), svc.HasSockets()}, []bool{c.actions, c.http, c.sockets})
	}
}
