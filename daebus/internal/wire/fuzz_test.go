package wire_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/daebus/internal/wire"
)

// odd are messages that peers do not send, and someone will.
var odd = []string{
	``, ` `, `{`, `{}x`, `[]`, `null`, `"s"`, `1`, `NaN`, ` {} `, `{,}`, `{"a":1,}`, `{"a":1 "b":2}`, `{"a" 1}`, `{a:1}`, `{"a":}`,
	`{"action":"a","action":"b","reply_to":"x","reply_to":null,"request_id":1,"request_id":null}`,
	`{"\u0061ction":"caf\u00e9 \ud83d\ude00 \ud83d \ude00\u0041","Action":"no","reply_to":"a\/b\\\"\b\f\n\r\t"}`,
	`{"payload":"{\"a\":[1,2]}"}`, `{"payload":"plain"}`, `{"payload":"NaN"}`, `{"payload":"\"5\""}`, `{"payload":""}`,
	`{"action":"x","\u0070ayload":1e999,"timeout_ms":1500.5}`, `{"timeout_ms":1e400}`, `{"timeout_ms":-5}`, `{"timeout_ms":"5"}`,
	`{"timeout_ms":9223372036855}`, `{"timeout_ms":99999999999999999999}`, `{"timeout_ms":0.1}`, `{"timeout_ms":1E3}`,
	`{"payload":{"x":NaN,"y":-Infinity},"reply_to":"r","request_id":"1"}`, `{"request_id":[NaN],"payload":Infinity}`, `{"x":-NaN}`,
	`{"payload":01}`, `{"payload":-}`, `{"payload":1.}`, `{"payload":.5}`, `{"payload":1e+}`, `{"payload":tru}`, `{"payload":nul`,
	"{\"payload\":\"\xff\xfe\",\"action\":\"\xff\"}", "{\"payload\":\"a\nb\"}", `{"payload":"\x"}`, `{"payload":"\u12g4"}`, `{"payload":"\`,
	`{"level":"info","action":"log","list":[ 1 , 2 ]}`, `{"status":"progress","final":false}`, `{"status":5,"final":null}`, `{"type":true,"id":null}`,
	`{"payload":` + strings.Repeat("[", 511) + strings.Repeat("]", 511) + `}`,
	`{"payload":` + strings.Repeat("[", 512) + strings.Repeat("]", 512) + `}`,
}

func seed(f *testing.F) {
	f.Helper()
	for _, msg := range odd {
		f.Add([]byte(msg))
	}
	for _, p := range published(f) {
		f.Add(p.msg)
	}
	up, down := framesSent(f)
	for _, frame := range append(up, down...) {
		f.Add([]byte(frame))
	}
}

func FuzzScanRequest(f *testing.F) {
	seed(f)
	var r wire.Request
	f.Fuzz(func(t *testing.T, msg []byte) {
		before := bytes.Clone(msg)
		if verdict(t, msg, wire.ScanRequest(msg, &r)) {
			compareRequest(t, msg, &r)
		}
		if !bytes.Equal(msg, before) {
			t.Errorf("%q became %q", before, msg)
		}
		if r.ID != nil && !json.Valid(r.ID) {
			t.Errorf("%q: got request_id %q, which is not JSON", msg, r.ID)
		}
	})
}

func FuzzScanResponse(f *testing.F) {
	seed(f)
	var r wire.Response
	f.Fuzz(func(t *testing.T, msg []byte) {
		if verdict(t, msg, wire.ScanResponse(msg, &r)) {
			compareResponse(t, msg, &r)
		}
	})
}

func FuzzScanFrame(f *testing.F) {
	seed(f)
	var frame wire.Frame
	f.Fuzz(func(t *testing.T, msg []byte) {
		if verdict(t, msg, wire.ScanFrame(msg, &frame)) {
			compareFrame(t, msg, &frame)
		}
		if got, want := wire.Check(msg) == nil, json.Valid(msg) && depth(msg) <= wire.MaxDepth; got != want {
			t.Errorf("%q: got valid %v, want %v", msg, got, want)
		}
	})
}

func FuzzAppendString(f *testing.F) {
	for _, s := range []string{"", "plain", "é☃\u2028\u2029<&>", "\x00\x1f\b\f\n\r\t\"\\\x7f", "\xff\xc3\xed\xa0\x80", "\U0001f600"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var want bytes.Buffer
		e := json.NewEncoder(&want)
		e.SetEscapeHTML(false)
		if err := e.Encode(s); err != nil {
			t.Fatal(err)
		}
		got := wire.AppendString([]byte("x"), s)
		if string(got)+"\n" != "x"+want.String() {
			t.Errorf("got %s, want %s", got[1:], want.Bytes())
		}
		var r wire.Request
		msg := wire.AppendRequest(nil, s, nil, s, []byte(s), s, 1)
		if err := wire.ScanRequest(msg, &r); err != nil || !bytes.Equal(r.Action, r.ReplyTo) || string(r.Action) != string([]rune(s)) {
			t.Errorf("%q came back as %+v, %v", s, r, err)
		}
	})
}
