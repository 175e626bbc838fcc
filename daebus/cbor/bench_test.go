package cbor_test

import (
	"testing"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/cbor"
	"github.com/daebus/daebus-go/daebus/internal/wire"
)

// each runs fn for both encodings.
func each(b *testing.B, fn func(b *testing.B, c daebus.Codec, payload []byte)) {
	for _, c := range []daebus.Codec{daebus.JSON, cbor.Codec} {
		payload, err := c.Append(nil, reading)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(c.Name(), func(b *testing.B) {
			b.ReportAllocs()
			fn(b, c, payload)
		})
	}
}

func BenchmarkScanRequest(b *testing.B) {
	each(b, func(b *testing.B, c daebus.Codec, payload []byte) {
		msg := c.AppendRequest(nil, "act", payload, "caller:1", []byte("some-id"), "svc", 5000)
		var r wire.Request
		for b.Loop() {
			if err := c.ScanRequest(msg, &r); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkAppendResponse(b *testing.B) {
	each(b, func(b *testing.B, c daebus.Codec, payload []byte) {
		var buf []byte
		for b.Loop() {
			buf = c.AppendResponse(buf[:0], wire.Success, payload, payload, true)
		}
	})
}

func BenchmarkUnmarshal(b *testing.B) {
	each(b, func(b *testing.B, c daebus.Codec, payload []byte) {
		for b.Loop() {
			var v sample
			if err := c.Unmarshal(payload, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
}
