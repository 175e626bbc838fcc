package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"testing"

	"github.com/daebus/daebus-go/daebus/internal/wire"
)

// The slow twin of every scan: encoding/json into a map.
type object map[string]json.RawMessage

func twin(t *testing.T, msg []byte) object {
	t.Helper()
	var o object
	if err := json.Unmarshal(msg, &o); err != nil {
		t.Fatalf("%v: %q", err, msg)
	}
	return o
}

func (o object) text(key string) []byte {
	raw, ok := o[key]
	if !ok || raw[0] != '"' {
		return nil
	}
	var s string
	json.Unmarshal(raw, &s)
	return []byte(s)
}

func (o object) id(key string) []byte {
	if raw := o[key]; string(raw) != "null" {
		return raw
	}
	return nil
}

func (o object) raw(key, absent string) []byte {
	if raw, ok := o[key]; ok {
		return raw
	}
	return []byte(absent)
}

func (o object) milliseconds(key string) int64 {
	raw := string(o[key])
	if n, err := strconv.ParseInt(raw, 10, 64); err == nil {
		return min(max(n, 0), wire.MaxTimeout)
	}
	f, err := strconv.ParseFloat(raw, 64)
	switch {
	case errors.Is(err, strconv.ErrSyntax) || f <= 0:
		return 0
	case f >= float64(wire.MaxTimeout):
		return wire.MaxTimeout
	}
	return int64(math.Ceil(f))
}

func same(t *testing.T, msg []byte, field string, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Errorf("%s of %q: got %q, want %q", field, msg, got, want)
	}
}

// compareRequest checks what was scanned from msg, which is valid.
func compareRequest(t *testing.T, msg []byte, r *wire.Request) {
	t.Helper()
	o := twin(t, msg)
	same(t, msg, "action", r.Action, o.text("action"))
	if (r.Action == nil) != (o.text("action") == nil) {
		t.Errorf("action of %q: got nil %v, want nil %v", msg, r.Action == nil, o.text("action") == nil)
	}
	same(t, msg, "reply_to", r.ReplyTo, o.text("reply_to"))
	same(t, msg, "service", r.Service, o.text("service"))
	same(t, msg, "request_id", r.ID, o.id("request_id"))
	if got, want := r.Timeout, o.milliseconds("timeout_ms"); got != want {
		t.Errorf("timeout_ms of %q: got %d, want %d", msg, got, want)
	}
	payload, ok := o["payload"]
	if !ok {
		compareRest(t, msg, o, r.Payload)
		return
	}
	var outer []byte
	if payload[0] == '"' {
		outer = payload
		if inner := o.text("payload"); json.Valid(inner) && depth(inner) <= wire.MaxDepth {
			payload = inner
		}
	}
	same(t, msg, "payload", r.Payload, payload)
	same(t, msg, "outer payload", r.Outer, outer)
}

func compareRest(t *testing.T, msg []byte, want object, got []byte) {
	t.Helper()
	for _, key := range []string{"action", "reply_to", "request_id", "service", "timeout_ms"} {
		delete(want, key)
	}
	rest := twin(t, got)
	for key := range want {
		same(t, msg, key, rest[key], want[key])
	}
	if len(rest) != len(want) {
		t.Errorf("payload of %q: got %s, want %d members", msg, got, len(want))
	}
}

func compareResponse(t *testing.T, msg []byte, r *wire.Response) {
	t.Helper()
	o := twin(t, msg)
	status := string(o.text("status"))
	switch status {
	case "success", "error", "progress":
	default:
		status = "unknown"
	}
	if r.Status.String() != status {
		t.Errorf("status of %q: got %v, want %s", msg, r.Status, status)
	}
	if want := string(o["final"]) != "false"; r.Final != want {
		t.Errorf("final of %q: got %v, want %v", msg, r.Final, want)
	}
	same(t, msg, "request_id", r.ID, o.text("request_id"))
	same(t, msg, "payload", r.Payload, o.raw("payload", "null"))
}

func compareFrame(t *testing.T, msg []byte, f *wire.Frame) {
	t.Helper()
	o := twin(t, msg)
	kind := o["type"]
	if kind != nil {
		switch kind[0] {
		case '"':
			kind = o.text("type")
		case 'n', '{', '[':
			kind = nil
		}
	}
	same(t, msg, "type", f.Type, kind)
	same(t, msg, "data", f.Data, o.raw("data", "{}"))
	same(t, msg, "id", f.ID, o.id("id"))
	same(t, msg, "channel", f.Channel, o.text("channel"))
	same(t, msg, "request_id", f.RequestID, o.id("request_id"))
}

// verdict checks a scan's error, and reports whether the scan had to succeed.
func verdict(t *testing.T, msg []byte, err error) (sound bool) {
	t.Helper()
	plain := withoutNaN(msg)
	sound = json.Valid(plain)
	var want error
	switch trimmed := bytes.TrimSpace(plain); {
	case depth(msg) > wire.MaxDepth && (sound || errors.Is(err, wire.ErrDepth)):
		sound, want = false, wire.ErrDepth
	case !sound:
		if err == nil {
			t.Errorf("%q: got no error, want one", msg)
		}
		for _, wrong := range []error{wire.ErrNaN, wire.ErrNotObject, wire.ErrDepth} {
			if errors.Is(err, wrong) {
				t.Errorf("%q: got %v, want a syntax error", msg, err)
			}
		}
		return false
	case !bytes.Equal(plain, msg):
		sound, want = false, wire.ErrNaN
	case trimmed[0] != '{':
		sound, want = false, wire.ErrNotObject
	}
	if !errors.Is(err, want) {
		t.Errorf("%q: got error %v, want %v", msg, err, want)
	}
	return sound
}

// withoutNaN returns text with null for what Python writes for numbers JSON does not have.
func withoutNaN(text []byte) []byte {
	var out []byte
	quoted := false
	for i := 0; i < len(text); i++ {
		if quoted && text[i] == '\\' && i+1 < len(text) {
			out = append(out, text[i], text[i+1])
			i++
			continue
		}
		if text[i] == '"' {
			quoted = !quoted
		}
		if word := notNumber(text[i:]); word > 0 && !quoted {
			out = append(out, "null"...)
			i += word - 1
			continue
		}
		out = append(out, text[i])
	}
	return out
}

func notNumber(text []byte) int {
	for _, word := range []string{"NaN", "Infinity", "-Infinity"} {
		if bytes.HasPrefix(text, []byte(word)) {
			return len(word)
		}
	}
	return 0
}

// depth returns how many objects and arrays are open at once, at most.
func depth(text []byte) (deepest int) {
	open, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\':
			i++
		case quoted:
		case c == '{' || c == '[':
			open++
			deepest = max(deepest, open)
		case c == '}' || c == ']':
			open--
		}
	}
	return deepest
}
