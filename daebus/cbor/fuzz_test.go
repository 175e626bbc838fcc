package cbor_test

import (
	"bytes"
	"testing"

	library "github.com/fxamacker/cbor/v2"

	"github.com/daebus/daebus-go/daebus/cbor"
	"github.com/daebus/daebus-go/daebus/internal/wire"
)

// What the scanner takes the library takes too, and finds the same in it.
func FuzzScanRequest(f *testing.F) {
	f.Add(cbor.Codec.AppendRequest(nil, "act", []byte{0x01}, "caller:1", []byte("id"), "svc", 5))
	f.Add(bytesOf(f, "bf 66616374696f6e 7f 6161 6162 ff 6178 9f 01 f97e00 ff ff"))
	f.Add(bytesOf(f, "d9d9f7 a2 66616374696f6e 05 6178 c11a00000000"))
	twin, err := library.DecOptions{MaxNestedLevels: 65, MaxArrayElements: 1 << 16, MaxMapPairs: 1 << 16}.DecMode()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, msg []byte) {
		var r wire.Request
		err := cbor.Codec.ScanRequest(msg, &r)
		if err != nil {
			return
		}
		if err := twin.Wellformed(msg); err != nil {
			t.Fatalf("%x: accepted; the library says %v", msg, err)
		}
		if err := twin.Wellformed(r.Payload); err != nil {
			t.Fatalf("%x: payload %x: %v", msg, r.Payload, err)
		}
		var fields map[string]library.RawMessage
		if twin.Unmarshal(msg, &fields) != nil {
			return // a key that is no text
		}
		var action string
		_ = library.Unmarshal(fields["action"], &action)
		if major := append(fields["action"], 0)[0] >> 5; major == 3 && action != string(r.Action) {
			t.Fatalf("%x: got action %q, want %q", msg, r.Action, action)
		}
		if payload, ok := fields["payload"]; ok && !bytes.Equal(payload, r.Payload) {
			t.Fatalf("%x: got payload %x, want %x", msg, r.Payload, payload)
		}
		var again wire.Request
		sent := cbor.Codec.AppendRequest(nil, string(r.Action), r.Payload, string(r.ReplyTo), []byte("id"), string(r.Service), r.Timeout)
		if err := cbor.Codec.ScanRequest(sent, &again); err != nil || !bytes.Equal(again.Payload, r.Payload) || again.Timeout != r.Timeout {
			t.Fatalf("%x: there and back: got %+v, %v", msg, &again, err)
		}
	})
}

func FuzzScanResponse(f *testing.F) {
	f.Add(cbor.Codec.AppendResponse(nil, wire.Error, []byte{0x01}, []byte{0x07}, false))
	f.Fuzz(func(t *testing.T, msg []byte) {
		var r wire.Response
		if cbor.Codec.ScanResponse(msg, &r) == nil && library.Wellformed(r.Payload) != nil && len(msg) < 1<<10 {
			var deep library.DecOptions
			deep.MaxNestedLevels = 65
			if m, _ := deep.DecMode(); m.Wellformed(r.Payload) != nil {
				t.Fatalf("%x: payload %x", msg, r.Payload)
			}
		}
	})
}

// Whatever is read can be written again, and is then the same.
func FuzzUnmarshal(f *testing.F) {
	f.Add(bytesOf(f, "a2 6161 9f 01 ff 6162 c11a00000000"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var v any
		if cbor.Codec.Unmarshal(data, &v) != nil {
			return
		}
		first, err := cbor.Codec.Append(nil, v)
		if err != nil {
			t.Fatalf("%x: %v", data, err)
		}
		var again any
		if err := cbor.Codec.Unmarshal(first, &again); err != nil {
			t.Fatalf("%x: %v", first, err)
		}
		if second, _ := cbor.Codec.Append(nil, again); !bytes.Equal(first, second) {
			t.Fatalf("%x: got %x, then %x", data, first, second)
		}
	})
}
