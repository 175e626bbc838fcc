package edge_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge"
	"github.com/daebus/daebus-go/edge/internal/redistest"
)

// Where the bus is, and why it is not reached, is for the log.
func TestStrangersDoNotReadWhereTheBusIs(t *testing.T) {
	t.Parallel()
	app := daebus.New("kiosk")
	var inside error
	ask := daebus.Func(func(ctx context.Context, _ any) (any, error) {
		err := app.Call(ctx, "coffee", "brew", nil, nil)
		inside = err
		return nil, err
	})
	app.Route("GET /brew", daebus.HTTP(ask))
	app.Socket("brew", ask)
	app.Action("brew", ask)
	s := start(t, app, edge.Config{Bus: "redis://127.0.0.1:1", Bridge: []string{"kiosk", "coffee"}})

	const want = `"no link to the bus","code":"unavailable"`
	if resp, body := try(t, "GET", s.url(t)+"/brew", nil); resp.StatusCode != 503 || body != `{"status":"error","error":`+want+`}` {
		t.Errorf("HTTP: got %d %s", resp.StatusCode, body)
	}
	if !strings.Contains(inside.Error(), "dial 127.0.0.1:1") {
		t.Errorf("the handler itself: got %v, want it to say what was dialled", inside)
	}
	screen := openScreen(t, s.url(t))
	for _, frame := range []string{
		`{"type":"brew","data":{}}`,
		`{"type":"brew","data":{},"id":7}`,
		`{"type":"publish","channel":"coffee","data":{"action":"brew"}}`,
		`{"type":"broadcast","channel":"coffee","data":1}`,
		`{"type":"publish","channel":"coffee","data":{"action":"brew","request_id":"1"}}`,
		`{"type":"publish","channel":"kiosk","data":{"action":"brew","request_id":"2"}}`,
	} {
		screen.send(frame)
		_, got, err := screen.next()
		if err != nil || !strings.Contains(got, want) || !json.Valid([]byte(got)) {
			t.Errorf("%s: got %s, %v, want %s in it", frame, got, err, want)
		}
	}
	if log := s.log.String(); !strings.Contains(log, "dial tcp 127.0.0.1:1") || strings.Contains(log, "handler failed") {
		t.Errorf("want one line that says why, got\n%s", log)
	}
}

// What another service's failure says is for the log too: that service leaves it to
// whoever called.
func TestFailuresBehindTheBridgeAreLogged(t *testing.T) {
	t.Parallel()
	redis := redistest.Start(t)
	coffee := daebus.New("coffee")
	coffee.Action("brew", daebus.Func(func(context.Context, any) (any, error) { return nil, errors.New("boiler at 192.0.2.7 is cold") }))
	start(t, coffee, edge.Config{Bus: "redis://" + redis.Addr})
	app := daebus.New("kiosk")
	s := start(t, app, edge.Config{Bus: "redis://" + redis.Addr, Bridge: []string{"coffee"}})
	newTypescript(t, s.url(t)).want("coffee", "brew", "{}", result{Error: "internal error", Code: "internal"})
	const want = `channel=coffee err="internal: boiler at 192.0.2.7 is cold"`
	if log := s.log.String(); !strings.Contains(log, want) {
		t.Errorf("want %s, got\n%s", want, log)
	}
}
