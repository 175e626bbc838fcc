package hub_test

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/hub"
)

// BenchmarkPush sends 256 bytes to 100 peers over loopback. The pusher waits
// for all of them after each batch, so that nobody counts as slow.
func BenchmarkPush(b *testing.B) {
	const peers, batch = 100, 50
	app, in, _ := joined()
	s := serve(b, app, hub.Config{})
	frame, err := daebus.PushFrame("tick", strings.Repeat("x", 256-len(`{"type":"tick","data":""}`)))
	if err != nil || len(frame) != 256 {
		b.Fatal(len(frame), err)
	}
	const onWire = 4 + 256 // the header of a frame of this size has four bytes
	var got sync.WaitGroup
	batches := make([]chan int, peers)
	for i := range batches {
		conn := raw(b, s.url)
		<-in
		batches[i] = make(chan int)
		go drain(conn, batches[i], onWire, &got)
	}
	push := func(n int) {
		got.Add(peers)
		for _, c := range batches {
			c <- n
		}
		for range n {
			if reached := s.Push(frame, nil); reached != peers {
				b.Fatalf("reached %d peers", reached)
			}
		}
		got.Wait()
	}
	b.ReportAllocs()
	b.ResetTimer()
	for left := b.N; left > 0; left -= batch {
		push(min(left, batch))
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)*peers/b.Elapsed().Seconds(), "deliveries/s")
	for _, c := range batches {
		close(c)
	}
}

// drain reads as many frames as each batch says.
func drain(conn net.Conn, batches <-chan int, frame int, got *sync.WaitGroup) {
	for n := range batches {
		if _, err := io.CopyN(io.Discard, conn, int64(n*frame)); err != nil {
			return
		}
		got.Done()
	}
}
