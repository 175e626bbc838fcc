package daebus_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

// FuzzPeer sends what a browser may send. What comes back is text that is JSON, and
// what gets to the bus goes neither to an inbox nor names one but the service's own.
func FuzzPeer(f *testing.F) {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	for _, line := range captureLines(f, "daebus-websocket.txt") {
		if frame, ok := strings.CutPrefix(line, "-> "); ok {
			f.Add([]byte(frame))
		}
	}
	for _, frame := range []string{
		`{"type":"$hello","id":[1]}`, `{"type":"$ping"}`, `{"type":"$subscribe","data":{"topic":"x","seq":-1}}`,
		bridged("py", "echo", `{"a":1}`, "req_1_1"), bridged("kiosk", "echo", `{"a":1}`, "req_1_2"), on("subscribe", "caller:x"),
		`{"type":"publish","channel":"py","data":{"action":"a","reply_to":"caller:x","service":"caller:y"}}`,
		`{"type":"publish","channel":"py","data":{"action":"a","request_id":7,"reply_to":"caller:x","timeout_ms":1}}`,
		`{"type":"broadcast","channel":"news","data":{"reply\u005fto":"caller:x"}}`, `{"type":"broadcast","channel":"$SRV.PING"}`,
	} {
		f.Add([]byte(frame))
	}
	app := daebus.New("kiosk")
	app.Action("echo", raw)
	app.Socket("echo", raw)
	bus := daebustest.NewBus()
	svc, err := daebustest.Start(bus, app)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(svc.Stop)
	svc.Bridge("*")
	py := daebus.New("py")
	py.Action("echo", raw)
	other, err := daebustest.Start(bus, py)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(other.Stop)
	inbox, heard := "", ""
	if _, err := bus.Subscribe(context.Background(), "*", func(channel string, msg []byte) {
		var m struct {
			Status  string
			ReplyTo any `json:"reply_to"`
		}
		_ = json.Unmarshal(msg, &m) // what is no object has none
		switch to, _ := m.ReplyTo.(string); {
		case m.ReplyTo != nil && inbox == "":
			inbox = to
		case m.ReplyTo != nil && to != inbox, strings.HasPrefix(channel, "caller:") && channel != inbox,
			strings.HasPrefix(channel, "$"), m.Status == "success" && strings.HasSuffix(channel, ".responses"):
			heard = channel + " " + string(msg)
		}
	}); err != nil {
		f.Fatal(err)
	}
	first := svc.Connect()
	first.Write(bridged("py", "echo", "1", "x"))
	if inbox == "" || first.Read() == "" {
		f.Fatal("the first request was not answered")
	}
	heard = ""
	f.Fuzz(func(t *testing.T, frame []byte) {
		peer := svc.Connect()
		defer peer.Close()
		peer.Write(string(frame))
		for got := peer.Read(); got != ""; got = peer.Read() {
			if !json.Valid([]byte(got)) || !utf8.ValidString(got) {
				t.Errorf("%q: got %q", frame, got)
			}
		}
		if heard != "" {
			t.Errorf("%q: on the bus: %s", frame, heard)
			heard = ""
		}
	})
}
