package edge_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/cbor"
	"github.com/daebus/daebus-go/edge"
	"github.com/daebus/daebus-go/edge/internal/redistest"
)

// world is a bus, a service on it, and somebody who asks.
type world struct {
	addr  string // of the broker
	asked *service
	asker *service
	notes chan string // what the service was told
}

// TestSuite holds the whole of it against a real Redis and against the
// embedded broker.
func TestSuite(t *testing.T) {
	for _, bus := range []struct {
		name string
		open func(t *testing.T) (addr string)
	}{
		{"redis", func(t *testing.T) string { return redistest.Start(t).Addr }},
		{"embedded", embedded},
	} {
		t.Run(bus.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, bus.open(t))
			for _, c := range []struct {
				name string
				run  func(*testing.T, *world)
			}{
				{"request and response", testCall},
				{"errors keep their code", testErrors},
				{"progress", testProgress},
				{"encoding", testEncoding},
				{"send", testSend},
				{"listeners", testListeners},
				{"many callers", testManyCallers},
				{"tool", testTool},
				{"Python caller", testPythonCaller},
				{"Python forms", testPythonForms},
				{"Python progress", testPythonProgress},
				{"HTTP", testHTTP},
				{"WebSocket", testWebSocket},
				{"redis-cli", testRedisCLI},
			} {
				t.Run(c.name, func(t *testing.T) { c.run(t, w) })
			}
		})
	}
}

// embedded has a service host the broker.
func embedded(t *testing.T) (addr string) {
	host := start(t, daebus.New("host"), edge.Config{Bus: "embedded://127.0.0.1:0"})
	return host.said(t, `msg="hosting the embedded broker.*" addr=(\S+)`)
}

type sum struct{ A, B int }

func newWorld(t *testing.T, addr string) *world {
	w := &world{addr: addr, notes: make(chan string, 100)}
	app := daebus.New("asked")
	app.Accept(cbor.Codec)
	echo := daebus.HandlerFunc(func(_ context.Context, req *daebus.Request) (any, error) {
		return json.RawMessage(req.Payload), nil
	})
	note := func(_ context.Context, req *daebus.Request) (any, error) {
		w.notes <- req.Name + " " + string(req.Payload)
		return nil, nil
	}
	add := daebus.Func(func(_ context.Context, in sum) (int, error) { return in.A + in.B, nil })
	app.Action("echo", echo)
	app.Action("add", add)
	app.Action("note", daebus.HandlerFunc(note))
	app.Action("fail", daebus.Func(func(_ context.Context, code daebus.Code) (any, error) {
		return nil, daebus.Errorf(code, "as you wish")
	}))
	app.Action("boom", daebus.Func(func(context.Context, any) (any, error) { return nil, errBoom }))
	app.Action("panic", daebus.Func(func(context.Context, any) (any, error) { panic("a bug") }))
	app.Action("count", daebus.Progress(func(_ context.Context, to int, report func(int) error) (string, error) {
		for i := range to {
			if err := report(i); err != nil {
				return "", err
			}
		}
		return "done", nil
	}))
	app.Listen("news", daebus.HandlerFunc(note))
	app.Listen("room/*", daebus.HandlerFunc(note))
	app.Route("POST /add", daebus.HTTP(add))
	app.Route("GET /boom", daebus.HTTP(daebus.Func(func(context.Context, any) (any, error) { return nil, errBoom })))
	app.Socket("echo", echo)

	// As many as ask at once wait in the queue.
	w.asked = start(t, app, edge.Config{Bus: "redis://" + addr, Queue: 2000})
	asker := daebus.New("asker")
	asker.Accept(cbor.Codec)
	w.asker = start(t, asker, edge.Config{Bus: "redis://" + addr})
	return w
}

func testCall(t *testing.T, w *world) {
	var got int
	if err := w.asker.Call(t.Context(), "asked", "add", sum{2, 3}, &got); err != nil || got != 5 {
		t.Errorf("got %d, %v, want 5", got, err)
	}
	if err := w.asked.Call(t.Context(), "asked", "add", sum{2, 3}, &got); err != nil || got != 5 {
		t.Errorf("of itself: got %d, %v, want 5", got, err)
	}
	big := fmt.Sprintf("%0400000d", 1)
	var back string
	if err := w.asker.Call(t.Context(), "asked", "echo", big, &back); err != nil || back != big {
		t.Errorf("400 KB: got %d bytes, %v", len(back), err)
	}
}

func testErrors(t *testing.T, w *world) {
	for _, code := range []daebus.Code{
		daebus.Invalid, daebus.Denied, daebus.NotFound, daebus.Conflict,
		daebus.Internal, daebus.Busy, daebus.Unavailable, daebus.Timeout,
	} {
		err := w.asker.Call(t.Context(), "asked", "fail", code, nil)
		wantCode(t, err, code)
		if e := new(daebus.Error); !errors.As(err, &e) || e.Message != "as you wish" {
			t.Errorf("got %v, want the service's message", err)
		}
	}
	wantCode(t, w.asker.Call(t.Context(), "asked", "boom", nil, nil), daebus.Internal)
	wantCode(t, w.asker.Call(t.Context(), "asked", "panic", nil, nil), daebus.Internal)
	wantCode(t, w.asker.Call(t.Context(), "asked", "nope", nil, nil), daebus.NotFound)
	wantCode(t, w.asker.Call(t.Context(), "asked", "add", "text", nil), daebus.Invalid)
	wantCode(t, w.asker.Call(t.Context(), "nobody", "add", nil, nil), daebus.Unavailable)
}

func testProgress(t *testing.T, w *world) {
	var got []int
	var end string
	err := w.asker.Call(t.Context(), "asked", "count", 20, &end, daebus.OnProgress(func(n int) { got = append(got, n) }))
	if err != nil || end != "done" || len(got) != 20 || !slices.IsSorted(got) {
		t.Errorf("got %v, then %q, %v", got, end, err)
	}
}

func testEncoding(t *testing.T, w *world) {
	var got int
	if err := w.asker.Call(t.Context(), "asked", "add", sum{2, 3}, &got, daebus.Encoding(cbor.Codec)); err != nil || got != 5 {
		t.Errorf("got %d, %v, want 5", got, err)
	}
	err := w.asker.Call(t.Context(), "asked", "fail", daebus.Conflict, nil, daebus.Encoding(cbor.Codec))
	wantCode(t, err, daebus.Conflict)
}

func testSend(t *testing.T, w *world) {
	if err := w.asker.Send(t.Context(), "asked", "note", map[string]int{"n": 1}); err != nil {
		t.Fatal(err)
	}
	if got, want := receive(t, w.notes), `note {"n":1}`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	wantCode(t, w.asker.Send(t.Context(), "nobody", "note", nil), daebus.Unavailable)
}

func testListeners(t *testing.T, w *world) {
	for _, c := range []struct {
		channel string
		want    int
	}{{"news", 1}, {"room/1", 1}, {"rooms", 0}, {"nobody", 0}} {
		n, err := w.asker.Broadcast(t.Context(), c.channel, []int{1})
		if err != nil || n != c.want {
			t.Errorf("%s: got %d receivers, %v, want %d", c.channel, n, err, c.want)
		}
		if c.want == 0 {
			continue
		}
		if got, want := receive(t, w.notes), c.channel+" [1]"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// Each caller must get the answer to its own question.
func testManyCallers(t *testing.T, w *world) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var wg sync.WaitGroup
	for caller := range 500 {
		wg.Go(func() {
			for n := range 10 {
				in := [2]int{caller, n}
				var out [2]int
				if err := w.asker.Call(ctx, "asked", "echo", in, &out); err != nil || in != out {
					t.Errorf("got %v, %v, want %v", out, err, in)
					return
				}
			}
		})
	}
	wg.Wait()
	if n := w.asker.Stray.Load(); n != 0 {
		t.Errorf("%d replies came to nobody", n)
	}
}

func testTool(t *testing.T, w *world) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	client, closing, err := edge.Dial(ctx, edge.Config{Bus: "redis://" + w.addr})
	if err != nil {
		t.Fatal(err)
	}
	var got int
	if err := client.Call(ctx, "asked", "add", sum{40, 2}, &got); err != nil || got != 42 {
		t.Errorf("got %d, %v, want 42", got, err)
	}
	if err := closing(); err != nil {
		t.Error(err)
	}
	wantCode(t, client.Call(ctx, "asked", "add", sum{}, nil), daebus.Unavailable)
}

func TestToolFindsNoBus(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, _, err := edge.Dial(ctx, edge.Config{Bus: "redis://127.0.0.1:1", Logger: slog.New(slog.DiscardHandler)})
	wantCode(t, err, daebus.Unavailable)
}
