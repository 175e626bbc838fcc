package wire_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/daebus/internal/wire"
)

func TestErrorsSayWhereAndWhat(t *testing.T) {
	deep := `{"payload":` + strings.Repeat("[", 600) + strings.Repeat("]", 600) + `}`
	for _, c := range []struct {
		msg, want string
		is        error
	}{
		{``, "byte 0: the message ends where a value was expected", nil},
		{`not json`, "byte 1: found 'o' where null was expected", nil},
		{`[1]`, "byte 0: want a JSON object, found an array", wire.ErrNotObject},
		{` "s"`, "byte 1: want a JSON object, found a string", wire.ErrNotObject},
		{`-1`, "byte 0: want a JSON object, found a number", wire.ErrNotObject},
		{`{"a":1`, "byte 6: the message ends where a comma or '}' was expected", nil},
		{`{"a":1,}`, "byte 7: found '}' where a quoted key was expected", nil},
		{`{"a":01}`, "byte 6: found '1' where a comma or '}' was expected", nil},
		{`{"a":é}`, "byte 5: found 'é' where a value was expected", nil},
		{`{"a":"b}`, "byte 8: the message ends where a closing quote was expected", nil},
		{`{"a":[1;2]}`, "byte 7: found ';' where a comma or ']' was expected", nil},
		{`{} {}`, "byte 3: found '{' where the end of the message was expected", nil},
		{`{"a":[NaN,Infinity]}`, "byte 6: NaN or Infinity is not JSON; send null or a number", wire.ErrNaN},
		{deep, "byte 522: nested deeper than 512 levels", wire.ErrDepth},
	} {
		var f wire.Frame
		err := wire.ScanFrame([]byte(c.msg), &f)
		if err == nil || err.Error() != c.want {
			t.Errorf("%.40s: got %v, want %s", c.msg, err, c.want)
		}
		if c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("%.40s: got %v, want errors.Is %v", c.msg, err, c.is)
		}
	}
}

func TestNaNLeavesEveryField(t *testing.T) {
	msg := `{"payload": {"x": NaN}, "action": "log", "reply_to": "caller:1", "request_id": "7", "timeout_ms": 9}`
	var r wire.Request
	if err := wire.ScanRequest([]byte(msg), &r); !errors.Is(err, wire.ErrNaN) {
		t.Fatalf("got %v, want ErrNaN", err)
	}
	if string(r.Action) != "log" || string(r.ReplyTo) != "caller:1" || string(r.ID) != `"7"` || r.Timeout != 9 {
		t.Errorf("got %+v, want every field", r)
	}
}

func TestSyntaxErrorLeavesWhatCameBefore(t *testing.T) {
	msg := `{"reply_to":"caller:1","request_id":"7","action":"log","payload":{bad}}`
	r := wire.Request{Service: []byte("of the message before")}
	if err := wire.ScanRequest([]byte(msg), &r); err == nil {
		t.Fatal("got no error, want one")
	}
	if string(r.Action) != "log" || string(r.ReplyTo) != "caller:1" || string(r.ID) != `"7"` {
		t.Errorf("got %+v, want action, reply_to and request_id", r)
	}
	if r.Service != nil || r.Payload != nil {
		t.Errorf("got service %q, payload %q, want none", r.Service, r.Payload)
	}
}

func TestPayload(t *testing.T) {
	for _, c := range []struct{ msg, payload, outer string }{
		{`{"action":"a"}`, `{}`, ``},
		{`{"action":"a","payload":null}`, `null`, ``},
		{`{"action":"a","payload": {"big": 9007199254740993, "f": 1.0} }`, `{"big": 9007199254740993, "f": 1.0}`, ``},
		{`{"action":"a","payload":"{\"in\": \"string\"}"}`, `{"in": "string"}`, `"{\"in\": \"string\"}"`},
		{`{"action":"a","payload":"5"}`, `5`, `"5"`},
		{`{"action":"a","payload":"hello"}`, `"hello"`, `"hello"`},
		{`{"action":"a","payload":"NaN"}`, `"NaN"`, `"NaN"`},
		{`{"action":"a","payload":"{}","payload":1}`, `1`, ``},
		{`{"level": "info", "k": [1, 2], "action": "log_event", "timeout_ms": 5}`, `{"level": "info","k": [1, 2]}`, ``},
		{`{"x": 1}`, `{"x": 1}`, ``},
	} {
		var r wire.Request
		if err := wire.ScanRequest([]byte(c.msg), &r); err != nil {
			t.Errorf("%s: %v", c.msg, err)
		}
		if string(r.Payload) != c.payload || string(r.Outer) != c.outer {
			t.Errorf("%s: got payload %s, outer %s; want %s, %s", c.msg, r.Payload, r.Outer, c.payload, c.outer)
		}
	}
}

func TestTimeout(t *testing.T) {
	for raw, want := range map[string]int64{
		`5000`: 5000, `0`: 0, `-1`: 0, `"5000"`: 0, `null`: 0, `0.2`: 1, `1500.5`: 1501, `1e3`: 1000,
		`9223372036854`: wire.MaxTimeout, `9223372036855`: wire.MaxTimeout, `99999999999999999999`: wire.MaxTimeout, `1e400`: wire.MaxTimeout,
	} {
		var r wire.Request
		if err := wire.ScanRequest([]byte(`{"timeout_ms":`+raw+`}`), &r); err != nil || r.Timeout != want {
			t.Errorf("%s: got %d, %v; want %d", raw, r.Timeout, err, want)
		}
	}
}

// What an earlier field borrowed must not change when scratch space grows for a later one.
func TestScratchGrows(t *testing.T) {
	long := strings.Repeat(`\n`, 5000)
	msg := `{"action":"\u0061","reply_to":"\u0062` + long + `","service":"\u0063` + long + `","x":"` + long + `"}`
	var r wire.Request
	if err := wire.ScanRequest([]byte(msg), &r); err != nil {
		t.Fatal(err)
	}
	newlines := strings.Repeat("\n", 5000)
	if string(r.Action) != "a" || string(r.ReplyTo) != "b"+newlines || string(r.Service) != "c"+newlines {
		t.Errorf("got action %q, reply_to %.9q…, service %.9q…", r.Action, r.ReplyTo, r.Service)
	}
	if want := `{"x":"` + long + `"}`; string(r.Payload) != want {
		t.Errorf("got payload %.20s…, want %.20s…", r.Payload, want)
	}
	_ = append(r.Action, "overflow"...)
	if string(r.ReplyTo[:1]) != "b" {
		t.Error("appending to one field overwrote the next")
	}
}

func TestFrame(t *testing.T) {
	for _, c := range []struct{ msg, kind, data, id, channel string }{
		{`{"type":"echo"}`, "echo", "{}", "", ""},
		{`{"type":"echo","data":null,"id":null}`, "echo", "null", "", ""},
		{`{"type":5,"id":7}`, "5", "{}", "7", ""},
		{`{"type":true,"id":"7"}`, "true", "{}", `"7"`, ""},
		{`{"type":["x"]}`, "", "{}", "", ""},
		{`{"type":null}`, "", "{}", "", ""},
		{`{"type":"subscribe","channel":"system_events"}`, "subscribe", "{}", "", "system_events"},
	} {
		var f wire.Frame
		if err := wire.ScanFrame([]byte(c.msg), &f); err != nil {
			t.Errorf("%s: %v", c.msg, err)
		}
		if string(f.Type) != c.kind || string(f.Data) != c.data || string(f.ID) != c.id || string(f.Channel) != c.channel {
			t.Errorf("%s: got %q, %s, id %s, channel %q", c.msg, f.Type, f.Data, f.ID, f.Channel)
		}
	}
}

func TestAppend(t *testing.T) {
	for _, c := range []struct {
		got  []byte
		want string
	}{
		{wire.AppendRequest(nil, "get", nil, "", nil, "", 0), `{"action":"get","payload":{}}`},
		{wire.AppendRequest(nil, "get", []byte(`[1]`), "caller:1", []byte("7"), "svc", 90),
			`{"action":"get","payload":[1],"reply_to":"caller:1","request_id":"7","service":"svc","timeout_ms":90}`},
		{wire.AppendResponse(nil, wire.Success, nil, nil, true), `{"status":"success","payload":null,"request_id":null,"final":true}`},
		{wire.AppendResponse(nil, wire.Error, []byte(`{}`), []byte(`"7"`), false), `{"status":"error","payload":{},"request_id":"7","final":false}`},
		{wire.AppendErrorPayload(nil, "busy", `"full"`), `{"error":"\"full\"","code":"busy"}`},
		{wire.AppendErrorPayload(nil, "", "boom"), `{"error":"boom"}`},
		{wire.AppendFrame(nil, "$pong", nil, nil), `{"type":"$pong"}`},
		{wire.AppendFrame(nil, "response", []byte(`false`), []byte(`7`)), `{"type":"response","data":false,"id":7}`},
		{wire.AppendFrame(nil, "response", []byte(`0`), nil), `{"type":"response","data":0}`},
		{wire.AppendFrameError(nil, "", "Invalid JSON"), `{"type":"error","error":"Invalid JSON"}`},
		{wire.AppendFrameLimit(nil, "Rate limit exceeded", 60), `{"type":"error","error":"Rate limit exceeded","retry_after":60}`},
		{wire.AppendFrameError(nil, "denied", "no"), `{"type":"error","error":"no","code":"denied"}`},
		{wire.AppendFrameFailure(nil, "internal", "ws boom", []byte(`"7"`)), `{"type":"error","data":{"error":"ws boom","code":"internal"},"id":"7"}`},
	} {
		if string(c.got) != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}

// A broken payload must not hide from whom it came.
func TestAddressBehindBrokenPayload(t *testing.T) {
	for _, payload := range []string{
		`{bad}`, `[1,]`, `{"a":"}\"]"x}`, `nul`, `tru`,
		strings.Repeat("[", 600) + strings.Repeat("]", 600),
	} {
		msg := `{"action":"echo","payload":` + payload + `,"reply_to":"inbox","request_id":"7"}`
		var r wire.Request
		err := wire.ScanRequest([]byte(msg), &r)
		if err == nil || string(r.Action) != "echo" || string(r.ReplyTo) != "inbox" || string(r.ID) != `"7"` {
			t.Errorf("%.40s: got action %q, reply_to %q, id %s, %v; want them all and an error", msg, r.Action, r.ReplyTo, r.ID, err)
		}
	}
}
