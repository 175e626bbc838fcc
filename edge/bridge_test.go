package edge_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge"
	"github.com/daebus/daebus-go/edge/internal/redistest"
)

// pythonService answers on the bus as a service of the original does: errors have
// no code, and a handler that raises says nothing at all.
func pythonService(t *testing.T, addr string) {
	in, out := dialStranger(t, addr), dialStranger(t, addr)
	in.do("SUBSCRIBE", "py_service")
	done := make(chan struct{})
	t.Cleanup(func() { in.conn.Close(); <-done })
	go func() {
		defer close(done)
		for {
			r, err := in.in.ReadReply()
			if err != nil {
				return
			}
			var ask struct {
				Action    string
				Payload   json.RawMessage
				ReplyTo   string          `json:"reply_to"`
				RequestID json.RawMessage `json:"request_id"`
			}
			if err := json.Unmarshal(r.Elems[2].Bytes, &ask); err != nil {
				t.Error(err)
			}
			reply := func(status, payload, final string) {
				out.do("PUBLISH", ask.ReplyTo, fmt.Sprintf(`{"status": %q, "payload": %s, "request_id": %s, "final": %s}`, status, payload, ask.RequestID, final))
			}
			switch ask.Action {
			case "echo":
				reply("success", string(ask.Payload), "true")
			case "work":
				reply("success", `{"progress": 40.0}`, "false")
				reply("success", `{"progress": 100}`, "true")
			case "fail":
				reply("error", `{"error": "Missing record ID"}`, "true")
			case "note":
				out.do("PUBLISH", "system_events", string(ask.Payload))
			}
		}
	}()
}

var reach = []string{"kiosk", "py_service", "ghost", "system_events"}

// A page of the original, a kiosk of ours and a service of the original, over a
// Redis that is killed meanwhile.
func TestTypescriptPageAndPythonService(t *testing.T) {
	t.Parallel()
	redis := redistest.Start(t)
	s := start(t, newEcho(), edge.Config{Bus: "redis://" + redis.Addr, Bridge: reach})
	pythonService(t, redis.Addr)
	page, other := newTypescript(t, s.url(t)), newTypescript(t, s.url(t))

	value := json.RawMessage(`{"n":9007199254740993,"u":"é"}`)
	for _, service := range []string{"kiosk", "py_service"} {
		page.want(service, "echo", string(value), result{Success: true, Data: value})
	}
	page.want("py_service", "fail", "{}", result{Error: "Missing record ID", Code: "internal"})
	page.want("kiosk", "nope", "{}", result{Error: `kiosk has no action "nope"`, Code: "not_found"})
	page.want("ghost", "x", "{}", result{Error: `nobody serves "ghost"`, Code: "unavailable"})
	page.want("door", "open", "{}", result{Error: `"door" is not open to WebSocket peers`, Code: "denied"})
	page.want("py_service", "work", "{}", result{Success: true, Data: json.RawMessage(`{"progress": 100}`)})
	if got := receive(t, page.others); got[:38] != `{"type":"progress","data":{"request_id` {
		t.Errorf("got %s, want progress", got)
	}

	news := page.subscribe("system_events")
	page.send(`{"type":"publish","channel":"py_service","data":{"action":"note","payload":{"k":1}}}`)
	if got := receive(t, news); got != `{"k":1}` {
		t.Errorf("got %s", got)
	}
	alike := other.subscribe("system_events")
	other.send(`{"type":"broadcast","channel":"system_events","data":{"k":2}}`)
	for _, heard := range []<-chan string{news, alike} {
		if got := receive(t, heard); got != `{"k":2}` {
			t.Errorf("got %s", got)
		}
	}

	silent := page.sendAction("py_service", "raises", "{}")
	page.want("py_service", "echo", "1", result{Success: true, Data: json.RawMessage("1")}) // it is there now
	redis.Kill()
	if got := receive(t, silent); got.Success || got.Code != "unavailable" {
		t.Errorf("the bus was lost: got %+v", got)
	}
	page.want("py_service", "echo", "1", result{Error: "no link to the bus", Code: "unavailable"})
	page.want("kiosk", "echo", "1", result{Success: true, Data: json.RawMessage("1")})
	redis.Restart()
	publisher := dialStranger(t, redis.Addr)
	eventually(t, "the hub subscribes by itself", func() bool {
		return publisher.do("PUBLISH", "system_events", `{"k":3}`).Int == 1
	})
	for _, heard := range []<-chan string{news, alike} {
		if got := receive(t, heard); got != `{"k":3}` {
			t.Errorf("got %s", got)
		}
	}
	if err := s.stop(t); err != nil {
		t.Error(err)
	}
	if code := receive(t, page.closed); code != 1001 {
		t.Errorf("closed with %d, want 1001: this client does not come back after 1000", code)
	}
}

// One action that hangs holds up neither a page's other requests nor those of
// the bus.
func TestAHangingActionHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	app := newEcho()
	gate := make(chan struct{})
	app.Action("hang", daebus.HandlerFunc(func(ctx context.Context, _ *daebus.Request) (any, error) {
		select {
		case <-gate:
		case <-ctx.Done():
		}
		return "late", nil
	}))
	s := start(t, app, edge.Config{Bus: "redis://127.0.0.1:1", Workers: 2})
	page := newTypescript(t, s.url(t))
	var hanging []<-chan result
	for range 5 {
		hanging = append(hanging, page.sendAction("kiosk", "hang", "{}"))
	}
	for range 10 {
		page.want("kiosk", "echo", "1", result{Success: true, Data: json.RawMessage("1")})
	}
	close(gate)
	for _, reply := range hanging {
		if got := receive(t, reply); string(got.Data) != `"late"` {
			t.Errorf("got %+v", got)
		}
	}
}

// A page that reconnects finds what it subscribed to.
func TestTypescriptPageComesBack(t *testing.T) {
	t.Parallel()
	redis := redistest.Start(t)
	app := newEcho()
	s := start(t, app, edge.Config{Bus: "redis://" + redis.Addr, Bridge: reach})
	page := newTypescript(t, s.url(t))
	news := page.subscribe("system_events")
	publisher := dialStranger(t, redis.Addr)
	subscribers := func(want int64) {
		t.Helper()
		eventually(t, fmt.Sprint(want, " subscribers"), func() bool {
			return publisher.do("PUBSUB", "NUMSUB", "system_events").Elems[1].Int == want
		})
	}
	subscribers(1)
	for _, p := range app.Peers() {
		p.Close(1012, "restart")
	}
	if code := receive(t, page.closed); code != 1012 {
		t.Errorf("got %d", code)
	}
	page.screen.conn.Close()
	subscribers(0)
	page.connect()
	subscribers(1)
	publisher.do("PUBLISH", "system_events", `{"k":1}`)
	select {
	case got := <-news:
		if got != `{"k":1}` {
			t.Errorf("got %s", got)
		}
	case <-time.After(patience):
		t.Error("nothing came")
	}
}
