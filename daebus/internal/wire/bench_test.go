package wire_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/daebus/internal/wire"
)

const requestID = "a61b8b71-30ba-4fa7-ad27-537f62cec5f3"
const inbox = "caller:5d44c3df-3b23-4e0f-8bfc-3f9e607d4b14"

// payload256 is a payload of 256 bytes as a device would send it.
var payload256 = []byte(`{"sensor":"boiler-3","readings":[{"t":1795225924.56,"celsius":71.25,"bar":1.8},{"t":1795225925.56,"celsius":71.5,` +
	`"bar":1.81}],"ok":true,"note":null,"place":{"room":"cellar","shelf":-2},"firmware":"2.14.0-rc1","text":"pump runs at half speed` +
	strings.Repeat(".", 14) + `"}`)

var request256 = wire.AppendRequest(nil, "get_status", payload256, inbox, []byte(requestID), "py_service", 5000)

func TestAllocations(t *testing.T) {
	escaped := []byte(`{"\u0061ction": "caf\u00e9", "payload": "{\"in\": 1}", "reply_to": "a\/b", "request_id": "r\"1", "service": "s\n"}`)
	text := []byte(`{"action": "say", "payload": "hello", "request_id": 7}`)
	merged := []byte(`{"level": "info", "message": "hello", "action": "log_event"}`)
	response := wire.AppendResponse(nil, wire.Success, payload256, []byte(`"`+requestID+`"`), true)
	frame := []byte(`{"type": "echo", "data": {"a": 1}, "id": 7}`)
	var (
		r   wire.Request
		a   wire.Response
		f   wire.Frame
		dst = make([]byte, 0, 1024)
	)
	for _, c := range []struct {
		name string
		fn   func() error
	}{
		{"request", func() error { return wire.ScanRequest(request256, &r) }},
		{"request with escapes", func() error { return wire.ScanRequest(escaped, &r) }},
		{"request with a string", func() error { return wire.ScanRequest(text, &r) }},
		{"merged request", func() error { return wire.ScanRequest(merged, &r) }},
		{"response", func() error { return wire.ScanResponse(response, &a) }},
		{"frame", func() error { return wire.ScanFrame(frame, &f) }},
		{"writers", func() error {
			dst = wire.AppendRequest(dst[:0], "é\n", payload256, inbox, []byte(requestID), "py_service", 5000)
			dst = wire.AppendResponse(dst[:0], wire.Error, payload256, r.ID, true)
			dst = wire.AppendErrorPayload(dst[:0], "invalid", "no \"x\"")
			dst = wire.AppendFrame(dst[:0], "metrics_update", payload256, nil)
			dst = wire.AppendFrame(dst[:0], "response", payload256, r.ID)
			dst = wire.AppendFrameError(dst[:0], "denied", "no")
			dst = wire.AppendFrameFailure(dst[:0], "internal", "no", r.ID)
			return nil
		}},
	} {
		if err := c.fn(); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if n := testing.AllocsPerRun(100, func() { c.fn() }); n != 0 {
			t.Errorf("%s: got %v allocations, want 0", c.name, n)
		}
	}
}

type envelope struct {
	Action    string          `json:"action"`
	Payload   json.RawMessage `json:"payload"`
	ReplyTo   string          `json:"reply_to"`
	RequestID json.RawMessage `json:"request_id"`
	Service   string          `json:"service"`
	Timeout   int64           `json:"timeout_ms"`
}

func BenchmarkScanRequest(b *testing.B) {
	b.Run("wire", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(request256)))
		var r wire.Request
		for b.Loop() {
			if err := wire.ScanRequest(request256, &r); err != nil || !bytes.Equal(r.Payload, payload256) {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(request256)))
		for b.Loop() {
			var r envelope
			if err := json.Unmarshal(request256, &r); err != nil || !bytes.Equal(r.Payload, payload256) {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkScanResponse(b *testing.B) {
	msg := wire.AppendResponse(nil, wire.Success, payload256, []byte(`"`+requestID+`"`), true)
	b.Run("wire", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(msg)))
		var r wire.Response
		for b.Loop() {
			if err := wire.ScanResponse(msg, &r); err != nil || !r.Final {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(msg)))
		for b.Loop() {
			var r reply
			if err := json.Unmarshal(msg, &r); err != nil || !r.Final {
				b.Fatal(err)
			}
		}
	})
}

type reply struct {
	Status    string          `json:"status"`
	Payload   json.RawMessage `json:"payload"`
	RequestID string          `json:"request_id"`
	Final     bool            `json:"final"`
}

func BenchmarkAppendRequest(b *testing.B) {
	b.Run("wire", func(b *testing.B) {
		b.ReportAllocs()
		var dst []byte
		for b.Loop() {
			dst = wire.AppendRequest(dst[:0], "get_status", payload256, inbox, []byte(requestID), "py_service", 5000)
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.ReportAllocs()
		id := json.RawMessage(`"` + requestID + `"`)
		for b.Loop() {
			if _, err := json.Marshal(envelope{"get_status", payload256, inbox, id, "py_service", 5000}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
