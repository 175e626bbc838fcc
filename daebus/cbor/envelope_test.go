package cbor_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/daebus/cbor"
	"github.com/daebus/daebus-go/daebus/internal/wire"
)

func TestScanRequest(t *testing.T) {
	action := "66616374696f6e"
	payload := "677061796c6f6164"
	for _, c := range []struct {
		name, msg string
		want      wire.Request
	}{
		{"an empty map", "a0", wire.Request{Payload: []byte{0xa0}}},
		{"an action", "a1" + action + "6161", wire.Request{Action: []byte("a"), Payload: []byte{0xa0}}},
		{"the self-described tag", "d9d9f7 a1" + action + "6161", wire.Request{Action: []byte("a"), Payload: []byte{0xa0}}},
		{"an action that is a number", "a1" + action + "05", wire.Request{Payload: []byte{0xa0}}},
		{"an action in chunks", "bf" + action + "7f 6161 6162 ff ff", wire.Request{Action: []byte("ab"), Payload: []byte{0xa0}}},
		{"a key in chunks", "a1 7f 63616374 63696f6e ff 6161", wire.Request{Action: []byte("a"), Payload: []byte{0xa0}}},
		{"a null payload", "a1" + payload + "f6", wire.Request{Payload: []byte{0xf6}}},
		{"a text payload", "a1" + payload + "6131", wire.Request{Payload: []byte("a1")}},
		{"no payload", "a3" + action + "6161 6178 01 6179 9f02ff",
			wire.Request{Action: []byte("a"), Payload: bytesOf(t, "a2 6178 01 6179 9f02ff")}},
		{"no payload, another key", "a2" + action + "6161 01 02", wire.Request{Action: []byte("a"), Payload: bytesOf(t, "a1 01 02")}},
	} {
		var r wire.Request
		err := cbor.Codec.ScanRequest(bytesOf(t, c.msg), &r)
		if err != nil || !bytes.Equal(r.Action, c.want.Action) || !bytes.Equal(r.Payload, c.want.Payload) {
			t.Errorf("%s: got action %q, payload %x, %v; want %q, %x", c.name, r.Action, r.Payload, err, c.want.Action, c.want.Payload)
		}
	}
}

func TestRequestThereAndBack(t *testing.T) {
	long := strings.Repeat("ö", 200)
	msg := cbor.Codec.AppendRequest(nil, "act", []byte{0x01}, "caller:1", []byte(long), "svc", 1<<40)
	var r wire.Request
	if err := cbor.Codec.ScanRequest(msg, &r); err != nil {
		t.Fatal(err)
	}
	if string(r.Action) != "act" || string(r.ReplyTo) != "caller:1" || string(r.Service) != "svc" || r.Timeout != 1<<40 || !bytes.Equal(r.Payload, []byte{1}) {
		t.Errorf("got %+v", &r)
	}
	reply := cbor.Codec.AppendResponse(nil, wire.Success, []byte{0x02}, r.ID, false)
	var back wire.Response
	if err := cbor.Codec.ScanResponse(reply, &back); err != nil {
		t.Fatal(err)
	}
	if back.Status != wire.Success || back.Final || string(back.ID) != long || !bytes.Equal(back.Payload, []byte{2}) {
		t.Errorf("got %+v", &back)
	}

	for _, b := range [][]byte{msg, reply, cbor.Codec.AppendRequest(nil, "a", nil, "", nil, "", 0), cbor.Codec.AppendResponse(nil, wire.Error, nil, nil, true)} {
		var generic map[string]any
		if err := cbor.Codec.Unmarshal(b, &generic); err != nil {
			t.Fatal(err)
		}
		if again := encode(t, generic); !bytes.Equal(again, b) {
			t.Errorf("got %x; deterministic is %x", b, again)
		}
	}
}

func TestIDIsEchoedAsItCame(t *testing.T) {
	for id, want := range map[string]string{
		"6161": "6161", "1801": "1801", "f6": "f6", "f7": "f6", "82 01 02": "82 01 02", "fb 3ff0000000000000": "fb 3ff0000000000000",
	} {
		var r wire.Request
		msg := append(bytesOf(t, "a1 6a726571756573745f6964"), bytesOf(t, id)...)
		if err := cbor.Codec.ScanRequest(msg, &r); err != nil {
			t.Fatal(err)
		}
		reply := cbor.Codec.AppendResponse(nil, wire.Success, nil, r.ID, true)
		if !bytes.HasSuffix(reply, append([]byte("request_id"), bytesOf(t, want)...)) {
			t.Errorf("%s: got %x", id, reply)
		}
	}
}

func TestTimeout(t *testing.T) {
	for item, want := range map[string]int64{
		"00": 0, "1903e8": 1000, "20": 0, "f93e00": 2, "fb 40c387f333333333": 9999 + 1, "1b ffffffffffffffff": wire.MaxTimeout,
		"fb 7e37e43c8800759c": wire.MaxTimeout, "f97e00": 0, "6131": 0, "f5": 0, "c100": 0,
	} {
		var r wire.Request
		msg := append(bytesOf(t, "a1 6a74696d656f75745f6d73"), bytesOf(t, item)...)
		if err := cbor.Codec.ScanRequest(msg, &r); err != nil || r.Timeout != want {
			t.Errorf("%s: got %d, %v; want %d", item, r.Timeout, err, want)
		}
	}
}

func TestScanResponse(t *testing.T) {
	for _, c := range []struct {
		name, msg string
		status    wire.Status
		final     bool
	}{
		{"an empty map", "a0", 0, true},
		{"progress", "a2 65 66696e616c f4 66 737461747573 68 70726f6772657373", wire.Progress, false},
		{"an unknown status", "a2 65 66696e616c 00 66 737461747573 6178", 0, true},
	} {
		var r wire.Response
		if err := cbor.Codec.ScanResponse(bytesOf(t, c.msg), &r); err != nil || r.Status != c.status || r.Final != c.final || string(r.Payload) != "\xf6" {
			t.Errorf("%s: got %+v, %v", c.name, &r, err)
		}
	}
}

func TestBrokenEnvelopes(t *testing.T) {
	for _, c := range []struct{ name, msg, want string }{
		{"no map", "d9d9f7 01", "want a CBOR map"},
		{"nothing behind the tag", "d9d9f7", "ends too early"},
		{"a missing value", "a1 6161", "ends too early"},
		{"a missing length", "b8", "ends too early"},
		{"a short string", "a1 6161 6261", "ends too early"},
		{"bytes behind it", "a0 00", "1 bytes behind the map"},
		{"no break", "bf 6161 01", "ends too early"},
		{"a break as a value", "a1 6161 ff", "break"},
		{"a reserved length", "a1 6161 1c", "no item begins with 0x1c"},
		{"an indefinite number", "a1 6161 1f", "no item begins with 0x1f"},
		{"a simple value in two bytes", "a1 6161 f81f", "simple value 31"},
		{"a chunk of another type", "a1 6161 7f 4161 ff", "chunks"},
		{"a chunk that is cut", "a1 6161 7f 6261", "ends too early"},
		{"a chunked text without end", "a1 6161 7f 6161", "ends too early"},
		{"bad UTF-8", "a1 6161 61ff", "UTF-8"},
		{"too deep", "a1 6161" + strings.Repeat("81", 64) + "00", "nested deeper than 64"},
		{"too many", "a1 6161 9a 00010001" + strings.Repeat("00", 65537), "more than 65536"},
		{"too many, untold", "a1 6161 9f" + strings.Repeat("00", 65537) + "ff", "more than 65536"},
		{"a key twice", "a2 66616374696f6e 6161 66616374696f6e 6162", `"action" twice`},
	} {
		var r wire.Request
		if err := cbor.Codec.ScanRequest(bytesOf(t, c.msg), &r); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
		var p wire.Response
		if err := cbor.Codec.ScanResponse(bytesOf(t, c.msg), &p); err == nil && c.name != "a key twice" {
			t.Errorf("%s: passed as a response", c.name)
		}
	}
}

func TestBrokenEnvelopeKeepsAddress(t *testing.T) {
	msg := bytesOf(t, "a3 68 7265706c795f746f 6163 6a 726571756573745f6964 07 6161 61ff")
	var r wire.Request
	if err := cbor.Codec.ScanRequest(msg, &r); err == nil || string(r.ReplyTo) != "c" || string(r.ID) != "\x07" {
		t.Errorf("got %q, %x, %v; want the address and an error", r.ReplyTo, r.ID, err)
	}
}
