package broker_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/broker"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

// One op is one message published and received by every subscriber; 32
// publications go out in one write.
func BenchmarkPublish(b *testing.B) {
	for _, subscribers := range []int{1, 20, 200} {
		b.Run(fmt.Sprint(subscribers), func(b *testing.B) {
			_, addr := serve(b, broker.Config{HardOutput: 16 << 20, SoftOutput: 16 << 20})
			const batch = 32
			payload := strings.Repeat("x", 256)
			frame := len(resp.AppendCommand(nil, "message", "c", payload))
			received := make(chan struct{}, subscribers)
			for range subscribers {
				p := dial(b, addr)
				p.do("SUBSCRIBE", "c")
				go func() {
					buf := make([]byte, batch*frame)
					for {
						if _, err := io.ReadFull(p.conn, buf); err != nil {
							return
						}
						received <- struct{}{}
					}
				}()
			}
			pub := dial(b, addr)
			out := bytes.Repeat(resp.AppendCommand(nil, "PUBLISH", "c", payload), batch)
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				if n++; n%batch != 0 {
					continue
				}
				if _, err := pub.conn.Write(out); err != nil {
					b.Fatal(err)
				}
				for range batch {
					pub.read()
				}
				for range subscribers {
					<-received
				}
			}
			b.ReportMetric(float64(b.N)*float64(subscribers)/b.Elapsed().Seconds(), "deliveries/s")
		})
	}
}

func BenchmarkPipelined(b *testing.B) {
	for name, args := range map[string][]string{
		"SET": {"SET", "key", strings.Repeat("x", 64)}, "GET": {"GET", "key"},
	} {
		b.Run(name, func(b *testing.B) {
			_, addr := serve(b, broker.Config{})
			p := dial(b, addr)
			p.do("SET", "key", strings.Repeat("x", 64))
			const batch = 64
			out := bytes.Repeat(resp.AppendCommand(nil, args...), batch)
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				if n++; n%batch != 0 {
					continue
				}
				if _, err := p.conn.Write(out); err != nil {
					b.Fatal(err)
				}
				for range batch {
					p.read()
				}
			}
		})
	}
}
