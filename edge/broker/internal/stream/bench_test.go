package stream_test

import (
	"testing"

	"github.com/daebus/daebus-go/edge/broker/internal/stream"
)

func BenchmarkAppend(b *testing.B) {
	var s stream.Stream
	fields := [][]byte{[]byte("temperature"), []byte("21.5"), []byte("place"), []byte("attic")}
	b.ReportAllocs()
	for b.Loop() {
		s.Append(stream.ID{MS: s.Last.MS + 1}, fields)
		s.Trim(stream.Trim{MaxLen: 10000, Approx: true})
	}
}

// Of 10,000 that are pending, one after the other is acknowledged and another comes.
func BenchmarkPending(b *testing.B) {
	var s stream.Stream
	g := s.CreateGroup("g", stream.ID{}, 0)
	c := g.CreateConsumer("c", 0)
	last := uint64(0)
	b.ReportAllocs()
	for b.Loop() {
		last++
		g.Deliver(stream.ID{MS: last}, c, 1)
		if last > 10000 {
			g.Ack(stream.ID{MS: last*7919%9973 + last - 10000})
			g.Ack(stream.ID{MS: last - 10000})
		}
	}
}
