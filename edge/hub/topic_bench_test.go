package hub_test

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/daebus/daebus-go/edge/hub"
)

// BenchmarkTopic shows values of 1 KB, of which a few bytes change, to 100 peers
// over loopback. It waits for all of them after each batch, so that all see every
// value.
func BenchmarkTopic(b *testing.B) {
	const peers, batch = 100, 50
	s := serve(b, board("a"), hub.Config{})
	pad := strings.Repeat("x", 1000)
	show(b, s.Hub, "a", `{"n":-1,"pad":"`+pad+`"}`)
	var got sync.WaitGroup
	batches := make([]chan int, peers)
	for i := range batches {
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			b.Fatal(err)
		}
		defer conn.Close()
		shakeHands(b, conn)
		v := &viewer{t: b, conn: conn, in: bufio.NewReader(conn)}
		v.subscribe()
		v.follow()
		batches[i] = make(chan int)
		go func() {
			for n := range batches[i] {
				for range n {
					_, size, err := v.header()
					if err != nil {
						return
					}
					v.in.Discard(size)
				}
				got.Done()
			}
		}()
	}
	n := 0
	b.ReportAllocs()
	b.ResetTimer()
	for left := b.N; left > 0; left -= batch {
		now := min(left, batch)
		got.Add(peers)
		for _, c := range batches {
			c <- now
		}
		for range now {
			n++
			show(b, s.Hub, "a", fmt.Sprintf(`{"n":%d,"pad":"%s"}`, n, pad))
		}
		got.Wait()
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)*peers/b.Elapsed().Seconds(), "deliveries/s")
	for _, c := range batches {
		close(c)
	}
}
