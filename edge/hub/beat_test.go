package hub_test

import (
	"io"
	"net"
	"runtime"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/daebus/daebus-go/edge/hub"
)

// TestAnAnswerToAPingWakesNobody has peers pinged again, which those are that have
// answered.
func TestAnAnswerToAPingWakesNobody(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("peers are parked on Linux only")
	}
	const peers, few = 50, 20
	s := serve(t, newApp(), hub.Config{Ping: time.Second})
	before := runtime.NumGoroutine()
	var conns []*net.TCPConn
	for range peers {
		conns = append(conns, raw(t, s.url))
	}
	awaitGoroutines(t, before+few)
	created := []metrics.Sample{{Name: "/sched/goroutines-created:goroutines"}}
	metrics.Read(created)
	first := created[0].Value.Uint64()
	for range 2 {
		for _, c := range conns {
			ping := make([]byte, 2)
			if _, err := io.ReadFull(c, ping); err != nil || ping[0] != fin|opPing {
				t.Fatalf("got %x and %v, want a ping", ping, err)
			}
			if _, err := c.Write(masked(fin|opPong, "")); err != nil {
				t.Fatal(err)
			}
		}
	}
	metrics.Read(created)
	if n := created[0].Value.Uint64() - first; n > few {
		t.Errorf("%d goroutines for two pings to each of %d peers, want at most %d", n, peers, few)
	}
}
