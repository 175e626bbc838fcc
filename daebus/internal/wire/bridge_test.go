package wire_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/daebus/internal/wire"
)

func TestBridgeFrames(t *testing.T) {
	id := []byte(`"req_1"`)
	for _, c := range []struct {
		got  []byte
		want string
	}{
		{wire.AppendResult(nil, id, []byte(`[1]`)), `{"type":"response","request_id":"req_1","success":true,"data":[1]}`},
		{wire.AppendResult(nil, id, nil), `{"type":"response","request_id":"req_1","success":true,"data":null}`},
		{wire.AppendFailedResult(nil, id, "denied", `"no"`), `{"type":"response","request_id":"req_1","success":false,"error":"\"no\"","code":"denied"}`},
		{wire.AppendResultProgress(nil, id, []byte(`40.0`)), `{"type":"progress","data":{"request_id":"req_1","payload":40.0}}`},
		{wire.AppendChannelMessage(nil, `a"b`, []byte(`{}`)), `{"type":"channel_message","channel":"a\"b","data":{}}`},
	} {
		if string(c.got) != c.want || !json.Valid(c.got) {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}

func TestAddressed(t *testing.T) {
	for msg, want := range map[string]bool{
		`{"reply_to":"x"}`: true, `{"a":1,"reply\u005fto":null}`: true, `{"REPLY_to":1}`: true,
		`{}`: false, `["reply_to"]`: false, `{"a":{"reply_to":"x"}}`: false, `{"a":"reply_to"}`: false, ``: false,
	} {
		if got := wire.Addressed([]byte(msg)); got != want {
			t.Errorf("%s: got %v", msg, got)
		}
	}
}

// FuzzUnaddressed holds the fast version against encoding/json.
func FuzzUnaddressed(f *testing.F) {
	seed(f)
	for _, msg := range []string{
		`{"reply_to":"caller:x","action":"a","service":"s","payload":{"reply_to":1}}`,
		`{ "reply_to" : 1 , "service":"s" }`, `{"reply\u005fto":"x","a":1,"a":2}`, `{"service":"s","action":null}`, ` [1] `,
	} {
		f.Add([]byte(msg))
	}
	f.Fuzz(func(t *testing.T, msg []byte) {
		request := len(msg)%2 == 0
		if wire.Check(msg) != nil {
			return // the bridge gets the data of a frame that was read
		}
		got := wire.AppendUnaddressed([]byte("x"), msg, request)[1:]
		if wire.Check(got) != nil || wire.Addressed(got) {
			t.Fatalf("%s became %s", msg, got)
		}
		var before, after map[string]json.RawMessage
		if json.Unmarshal(msg, &before) != nil || before == nil {
			if string(got) != string(msg) {
				t.Errorf("%s became %s", msg, got)
			}
			return
		}
		if err := json.Unmarshal(got, &after); err != nil {
			t.Fatal(err)
		}
		asks := request
		for key := range before {
			asks = asks || strings.EqualFold(key, "action")
		}
		maps.DeleteFunc(before, func(key string, _ json.RawMessage) bool {
			return strings.EqualFold(key, "reply_to") || asks && strings.EqualFold(key, "service")
		})
		if !maps.EqualFunc(before, after, func(a, b json.RawMessage) bool { return slices.Equal(a, b) }) {
			t.Errorf("%s became %s", msg, got)
		}
	})
}
