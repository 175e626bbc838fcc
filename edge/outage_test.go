package edge_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge"
	"github.com/daebus/daebus-go/edge/internal/redistest"
)

// pair is a service that answers and listens, and one that asks, over a Redis
// that will suffer.
type pair struct {
	redis  *redistest.Server
	worker *service
	asker  *service
	heard  chan string
	links  chan daebus.LinkEvent // of the worker
}

func newPair(t *testing.T) *pair {
	p := &pair{redis: redistest.Start(t), heard: make(chan string, 1000), links: make(chan daebus.LinkEvent, 100)}
	cfg := edge.Config{Bus: "redis://" + p.redis.Addr, Ping: time.Second, Queue: 1000}
	app := daebus.New("worker")
	app.Action("work", daebus.Func(func(_ context.Context, n int) (int, error) { return n, nil }))
	app.Listen("news*", daebus.Func(func(_ context.Context, s string) (any, error) {
		p.heard <- s
		return nil, nil
	}))
	app.OnLink(func(_ context.Context, e daebus.LinkEvent) { p.links <- e })
	p.worker = start(t, app, cfg)
	p.asker = start(t, daebus.New("asker"), cfg)
	if e := receive(t, p.links); !e.Up {
		t.Fatalf("got %+v, want up", e)
	}
	return p
}

// works reports whether a call and a broadcast get through.
func (p *pair) works(t *testing.T) bool {
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if p.asker.Call(ctx, "worker", "work", 1, nil) != nil {
		return false
	}
	n, err := p.asker.Broadcast(ctx, "news/1", "hello")
	return err == nil && n == 1 && receive(t, p.heard) == "hello"
}

func openFiles(t *testing.T) int {
	t.Helper()
	names, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("no /proc on this system")
	}
	sockets := 0
	for _, n := range names {
		if to, _ := os.Readlink(filepath.Join("/proc/self/fd", n.Name())); strings.HasPrefix(to, "socket:") {
			sockets++
		}
	}
	return sockets
}

// It does not run in parallel with others: it counts what the process has open.
func TestRedisDiesUnderLoad(t *testing.T) {
	p := newPair(t)
	eventually(t, "it works", func() bool { return p.works(t) })
	goroutines, files := runtime.NumGoroutine(), openFiles(t)

	ctx, cancel := context.WithCancel(t.Context())
	var good, bad atomic.Int64
	var wg sync.WaitGroup
	for caller := range 16 {
		wg.Go(func() {
			for n := caller; ctx.Err() == nil; n++ {
				own, cancel := context.WithTimeout(ctx, time.Second)
				begin := time.Now()
				var got int
				err := p.asker.Call(own, "worker", "work", n, &got)
				cancel()
				switch code := daebus.CodeOf(err); {
				case err == nil && got == n:
					good.Add(1)
				case err == nil:
					t.Errorf("got the answer %d to %d", got, n)
				case ctx.Err() == nil && code != daebus.Unavailable && code != daebus.Timeout:
					t.Errorf("got %v", err)
				default:
					bad.Add(1)
				}
				if took := time.Since(begin); took > patience/2 {
					t.Errorf("a call of 1s took %v", took)
				}
			}
		})
	}
	for range 3 {
		p.redis.Kill()
		if e := receive(t, p.links); e.Up || e.Err == nil {
			t.Errorf("got %+v, want down and why", e)
		}
		p.redis.Restart()
		if e := receive(t, p.links); !e.Up || e.Gap <= 0 {
			t.Errorf("got %+v, want up after a gap", e)
		}
		before := good.Load()
		eventually(t, "calls succeed again", func() bool { return good.Load() > before+100 })
	}
	cancel()
	wg.Wait()
	if bad.Load() == 0 {
		t.Error("no call failed: the load did not meet the outage")
	}
	eventually(t, "it works", func() bool { return p.works(t) })
	eventually(t, "no more goroutines and sockets than before", func() bool {
		return runtime.NumGoroutine() <= goroutines && openFiles(t) <= files
	})
}

// A bus that freezes looks like a link that is merely quiet.
func TestRedisFreezes(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	begin := time.Now()
	p.redis.Stop()
	if e := receive(t, p.links); e.Up || time.Since(begin) > patience/2 {
		t.Errorf("got %+v after %v, want down after 2.5s", e, time.Since(begin))
	}
	p.redis.Cont()
	if e := receive(t, p.links); !e.Up {
		t.Errorf("got %+v, want up", e)
	}
	eventually(t, "it works", func() bool { return p.works(t) })
}

func TestStartsBeforeItsBus(t *testing.T) {
	t.Parallel()
	redis := redistest.Start(t)
	redis.Kill()
	app := daebus.New("worker")
	app.Action("work", daebus.Func(func(_ context.Context, n int) (int, error) { return n, nil }))
	s := start(t, app, edge.Config{Bus: "redis://" + redis.Addr})
	status, body := ask(t, "GET", s.url(t)+"/readyz", "")
	ready := body.(map[string]any)
	if status != 503 || ready["status"] != "degraded" {
		t.Errorf("got %d, %v, want 503, degraded", status, body)
	}
	if reasons, _ := ready["reasons"].([]any); len(reasons) != 1 || !strings.Contains(reasons[0].(string), "connection refused") {
		t.Errorf("got reasons %v, want that the connection was refused", ready["reasons"])
	}
	if status, _ := ask(t, "GET", s.url(t)+"/healthz", ""); status != 200 {
		t.Errorf("healthz: got %d, want 200", status)
	}
	wantCode(t, s.Call(t.Context(), "worker", "work", 1, nil), daebus.Unavailable)

	redis.Restart()
	eventually(t, "it joins", func() bool { return s.Call(t.Context(), "worker", "work", 1, nil) == nil })
	if status, body := ask(t, "GET", s.url(t)+"/readyz", ""); status != 200 {
		t.Errorf("got %d, %v, want 200", status, body)
	}
}
