package edge_test

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge"
	"github.com/daebus/daebus-go/edge/internal/redistest"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

// eachBus runs a test against a real Redis and against the embedded broker.
func eachBus(t *testing.T, run func(t *testing.T, addr string)) {
	t.Run("redis", func(t *testing.T) { run(t, redistest.Start(t).Addr) })
	t.Run("embedded", func(t *testing.T) { run(t, embedded(t)) })
}

// pressed is a service that is asked for ten times what it has room for, and a
// stranger who asks and hears all answers.
type pressed struct {
	t       *testing.T
	in, out *stranger
	asked   int           // requests so far
	began   chan int      // those that are run
	gate    chan struct{} // lets one of them end
}

// What fits in: one action may have all workers but one, and three quarters of the
// queue.
const (
	workers, queue = 4, 16
	width          = workers - 1
	room           = width + queue*3/4
	crush          = 10 * (workers + queue)
)

// Of ten times too many requests those that came first are served, in the order
// they came in, but for those whose caller has given up by then; all others are
// told at once that the service is busy, and other actions are served meanwhile.
// None of it leaves anything behind.
func TestOverload(t *testing.T) {
	eachBus(t, func(t *testing.T, addr string) {
		p := &pressed{t: t, in: dialStranger(t, addr), out: dialStranger(t, addr), began: make(chan int, crush), gate: make(chan struct{})}
		p.in.do("SUBSCRIBE", "replies")
		app := daebus.New("worker")
		app.Action("work", daebus.Func(p.work))
		app.Action("other", daebus.Func(func(_ context.Context, n int) (int, error) {
			<-time.After(time.Millisecond)
			return n, nil
		}))
		start(t, app, edge.Config{Bus: "redis://" + addr, Workers: workers, Queue: queue})
		asker := start(t, daebus.New("asker"), edge.Config{Bus: "redis://" + addr})
		for range 3 {
			p.round(asker)
		}
		heap, goroutines := heapInUse(), runtime.NumGoroutine()
		for range 10 {
			p.round(asker)
		}
		if now := heapInUse(); now > heap+1<<20 {
			t.Errorf("the heap grew from %d to %d bytes", heap, now)
		}
		eventually(t, "no more goroutines than before", func() bool { return runtime.NumGoroutine() <= goroutines })
	})
}

func heapInUse() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // what pools held as well
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func (p *pressed) work(_ context.Context, n int) (int, error) {
	p.began <- n
	<-p.gate
	return n, nil
}

func (p *pressed) round(asker *service) {
	t := p.t
	first := p.asked
	p.ask(width)
	var begun []int
	for range width { // and with that all of the round before are over
		begun = append(begun, receive(t, p.began))
	}
	slices.Sort(begun)
	p.ask(crush - width)
	got := p.hear(crush-room, map[int]string{})
	others(t, asker)
	<-time.After(2 * time.Millisecond) // whose time was one is over now
	for n := first + width; n < first+room; n++ {
		if impatient(n - first) {
			continue
		}
		p.gate <- struct{}{}
		begun = append(begun, receive(t, p.began))
	}
	for range width {
		p.gate <- struct{}{}
	}
	p.hear(room, got)
	for i := range crush {
		n, want := first+i, "success"
		switch {
		case i >= room:
			want = "busy"
		case impatient(i):
			want = "timeout"
		default:
			if begun[0] != n {
				t.Fatalf("request %d was not run in its turn, but %d", i, begun[0]-first)
			}
			begun = begun[1:]
		}
		if got[n] != want {
			t.Fatalf("request %d was answered %q, want %q", i, got[n], want)
		}
	}
}

// impatient is whether the caller gives up while the request waits.
func impatient(i int) bool { return i >= width && i%3 == 0 }

// ask sends the next n requests of a round in one go.
func (p *pressed) ask(n int) {
	p.t.Helper()
	var out []byte
	for range n {
		timeout := 0
		if impatient(p.asked % crush) {
			timeout = 1
		}
		out = resp.AppendCommand(out, "PUBLISH", "worker", fmt.Sprintf(
			`{"action":"work","payload":%d,"reply_to":"replies","request_id":"%d","timeout_ms":%d}`, p.asked, p.asked, timeout))
		p.asked++
	}
	if _, err := p.out.conn.Write(out); err != nil {
		p.t.Fatal(err)
	}
	for range n {
		if got := p.out.read().Int; got != 1 {
			p.t.Fatalf("a request got to %d services, want 1", got)
		}
	}
}

// hear takes n answers, each to another request, and notes what they say.
func (p *pressed) hear(n int, got map[int]string) map[int]string {
	p.t.Helper()
	for range n {
		var r struct {
			ID      string `json:"request_id"`
			Status  string
			Payload json.RawMessage
		}
		text := p.in.message()
		if err := json.Unmarshal([]byte(text), &r); err != nil {
			p.t.Fatal(err)
		}
		id, _ := strconv.Atoi(r.ID)
		if got[id] != "" {
			p.t.Fatalf("a second answer: %s", text)
		}
		got[id] = r.Status
		var fault struct{ Code string }
		if r.Status != "success" {
			_ = json.Unmarshal(r.Payload, &fault)
			got[id] = fault.Code
		} else if string(r.Payload) != r.ID {
			p.t.Fatalf("a wrong answer: %s", text)
		}
	}
	return got
}

// others calls the other action, as many at once as the queue has kept room for.
func others(t *testing.T, asker *service) {
	var wg sync.WaitGroup
	for range queue / 4 {
		wg.Go(func() {
			for n := range 5 {
				var got int
				if err := asker.Call(t.Context(), "worker", "other", n, &got); err != nil || got != n {
					t.Errorf("beside an action that hangs: got %d, %v, want %d", got, err, n)
				}
			}
		})
	}
	wg.Wait()
}

// Whoever comes back at once after each answer is served or told that the service
// is busy, and no run goes unanswered.
func TestOverloadNeverEnds(t *testing.T) {
	t.Parallel()
	eachBus(t, func(t *testing.T, addr string) {
		var running, runs, served, busy atomic.Int64
		app := daebus.New("worker")
		app.Action("work", daebus.Func(func(_ context.Context, n int) (int, error) {
			if running.Add(1) > workers {
				t.Error("more run at once than there are workers")
			}
			defer running.Add(-1)
			runs.Add(1)
			<-time.After(time.Millisecond)
			return n, nil
		}))
		start(t, app, edge.Config{Bus: "redis://" + addr, Workers: workers, Queue: queue})
		asker := start(t, daebus.New("asker"), edge.Config{Bus: "redis://" + addr})
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		var wg sync.WaitGroup
		for i := range crush {
			wg.Go(func() {
				for n := range 20 {
					var got int
					switch err := asker.Call(ctx, "worker", "work", i+n, &got); {
					case err == nil && got == i+n:
						served.Add(1)
					case daebus.CodeOf(err) == daebus.Busy:
						busy.Add(1)
					default:
						t.Errorf("got %d, %v, want %d or busy", got, err, i+n)
					}
				}
			})
		}
		wg.Wait()
		if runs.Load() != served.Load() || busy.Load() == 0 || asker.Stray.Load() != 0 {
			t.Errorf("%d runs, %d served, %d busy, %d stray replies", runs.Load(), served.Load(), busy.Load(), asker.Stray.Load())
		}
	})
}

// One handler in a hundred blocks; all others are answered meanwhile.
func TestBlockingHandlersStopNoReading(t *testing.T) {
	t.Parallel()
	const asked, each = 500, 100
	eachBus(t, func(t *testing.T, addr string) {
		gate := make(chan struct{})
		app := daebus.New("worker")
		app.Action("work", daebus.Func(func(_ context.Context, n int) (int, error) {
			if n%each == 0 {
				<-gate
			}
			return n, nil
		}))
		start(t, app, edge.Config{Bus: "redis://" + addr, Queue: asked})
		asker := start(t, daebus.New("asker"), edge.Config{Bus: "redis://" + addr})
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		var quick, slow sync.WaitGroup
		for n := range asked {
			wg := &quick
			if n%each == 0 {
				wg = &slow
			}
			wg.Go(func() {
				var got int
				if err := asker.Call(ctx, "worker", "work", n, &got); err != nil || got != n {
					t.Errorf("got %d, %v, want %d", got, err, n)
				}
			})
		}
		quick.Wait()
		close(gate)
		slow.Wait()
	})
}
