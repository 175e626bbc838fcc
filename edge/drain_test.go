package edge_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge"
	"github.com/daebus/daebus-go/edge/internal/redistest"
)

// gated is an action that tells when it begins and waits for its gate.
type gated struct {
	began chan struct{}
	gate  chan struct{}
	runs  atomic.Int64
}

func newGated() *gated {
	return &gated{began: make(chan struct{}, 1000), gate: make(chan struct{})}
}

func (g *gated) serve(context.Context, any) (string, error) {
	g.runs.Add(1)
	g.began <- struct{}{}
	<-g.gate
	return "done", nil
}

func (g *gated) stubborn(ctx context.Context, in any) (string, error) { return g.serve(ctx, in) }

// calls calls the action n times at once and returns the errors.
func calls(ctx context.Context, from *service, service string, n int) <-chan error {
	errs := make(chan error, n)
	for range n {
		go func() { errs <- from.Call(ctx, service, "work", nil, nil) }()
	}
	return errs
}

// An action that hangs must not take the others with it.
func TestOneActionLeavesOthersAWorker(t *testing.T) {
	t.Parallel()
	bus := "redis://" + redistest.Start(t).Addr
	work := newGated()
	app := daebus.New("worker")
	app.Action("work", daebus.Func(work.serve))
	app.Action("quick", daebus.Func(func(_ context.Context, in int) (int, error) { return in, nil }))
	start(t, app, edge.Config{Bus: bus, Workers: 3, Queue: 8})
	asker := start(t, daebus.New("asker"), edge.Config{Bus: bus})

	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	errs := calls(ctx, asker, "worker", 6)
	for range 2 {
		receive(t, work.began)
	}
	for i := range 20 {
		var got int
		if err := asker.Call(ctx, "worker", "quick", i, &got); err != nil || got != i {
			t.Fatalf("call %d beside a hanging action: got %d, %v", i, got, err)
		}
	}
	if n := work.runs.Load(); n != 2 {
		t.Errorf("%d of 3 workers are in one action, want 2", n)
	}
	close(work.gate)
	for range 6 {
		if err := receive(t, errs); err != nil {
			t.Error(err)
		}
	}
}

func TestFullServiceIsBusy(t *testing.T) {
	t.Parallel()
	bus := "redis://" + redistest.Start(t).Addr
	work := newGated()
	app := daebus.New("worker")
	app.Action("work", daebus.Func(work.serve))
	start(t, app, edge.Config{Bus: bus, Workers: 1, Queue: 2})
	asker := start(t, daebus.New("asker"), edge.Config{Bus: bus})

	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	errs := calls(ctx, asker, "worker", 10)
	for range 7 { // one runs, two wait
		wantCode(t, receive(t, errs), daebus.Busy)
	}
	close(work.gate)
	for range 3 {
		if err := receive(t, errs); err != nil {
			t.Error(err)
		}
	}
	if n := work.runs.Load(); n != 3 {
		t.Errorf("the action ran %d times, want 3", n)
	}
}

func TestExpiredRequestIsNotRun(t *testing.T) {
	t.Parallel()
	bus := "redis://" + redistest.Start(t).Addr
	work := newGated()
	app := daebus.New("worker")
	app.Action("work", daebus.Func(work.serve))
	start(t, app, edge.Config{Bus: bus, Workers: 1})
	asker := start(t, daebus.New("asker"), edge.Config{Bus: bus})

	long, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	first := calls(long, asker, "worker", 1)
	receive(t, work.began)
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	wantCode(t, receive(t, calls(short, asker, "worker", 1)), daebus.Timeout)
	<-time.After(50 * time.Millisecond) // the worker's clock for it began when it came in
	last := calls(long, asker, "worker", 1)
	close(work.gate)
	for _, errs := range []<-chan error{first, last} {
		if err := receive(t, errs); err != nil {
			t.Error(err)
		}
	}
	if n := work.runs.Load(); n != 2 {
		t.Errorf("the action ran %d times, want 2", n)
	}
}

// A service that stops answers what it has accepted and refuses the rest; then
// everything of it ends.
func TestDrain(t *testing.T) {
	t.Parallel()
	addr := redistest.Start(t).Addr
	bus := "redis://" + addr
	work := newGated()
	app := daebus.New("worker")
	app.Action("work", daebus.Func(work.serve))
	app.Socket("nothing", daebus.Func(func(context.Context, any) (any, error) { return nil, nil }))
	var threads, jobs, left atomic.Int64
	app.Thread("wait", func(ctx context.Context) error {
		threads.Add(1)
		<-ctx.Done()
		threads.Add(-1)
		return nil
	})
	app.Every("often", 50*time.Millisecond, func(context.Context) error {
		jobs.Add(1)
		return nil
	})
	app.OnPeer(nil, func(context.Context, daebus.Peer) { left.Add(1) })
	s := start(t, app, edge.Config{Bus: bus, Workers: 2})
	asker := start(t, daebus.New("asker"), edge.Config{Bus: bus})
	peer := openScreen(t, s.url(t))
	peer.send("hello")
	peer.want(`{"type":"error","error":"Invalid JSON"}`) // it has joined

	in, out := dialStranger(t, addr), dialStranger(t, addr)
	in.do("SUBSCRIBE", "replies")
	for range 5 { // what Redis counts as received will be answered
		if n := out.do("PUBLISH", "worker", `{"action":"work","reply_to":"replies"}`).Int; n != 1 {
			t.Fatalf("got %d receivers, want 1", n)
		}
	}
	eventually(t, "threads and jobs run", func() bool { return threads.Load() == 1 && jobs.Load() > 0 })
	s.cancel()
	eventually(t, "new requests are refused", func() bool {
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		return daebus.CodeOf(asker.Call(short, "worker", "work", nil, nil)) == daebus.Unavailable
	})
	close(work.gate)
	for range 5 {
		if got := in.message(); !strings.Contains(got, `"done"`) {
			t.Errorf("an accepted request was answered %s", got)
		}
	}
	if got := peer.closed(); got != 1001 {
		t.Errorf("the peer was closed with %d, want 1001", got)
	}
	if err := s.wait(t); err != nil {
		t.Errorf("Run: %v", err)
	}
	if threads.Load() != 0 || left.Load() != 1 {
		t.Errorf("got %d threads still there, %d peers seen off, want 0, 1", threads.Load(), left.Load())
	}
	if strings.Contains(s.log.String(), "level=ERROR") || strings.Contains(s.log.String(), "requests left undone") {
		t.Errorf("not a quiet end:\n%s", s.log)
	}
}

// No call is lost in a stop under load: each is answered, or told at once that
// nobody serves.
func TestStopUnderLoadLosesNothing(t *testing.T) {
	t.Parallel()
	bus := "redis://" + redistest.Start(t).Addr
	asker := start(t, daebus.New("asker"), edge.Config{Bus: bus})
	for range 5 {
		app := daebus.New("worker")
		app.Action("work", daebus.Func(func(context.Context, any) (int, error) { return 1, nil }))
		s := start(t, app, edge.Config{Bus: bus, Queue: 1000})
		var answered atomic.Int64
		var wg sync.WaitGroup
		for range 32 {
			wg.Go(func() {
				for {
					err := asker.Call(t.Context(), "worker", "work", nil, nil)
					if err == nil {
						answered.Add(1)
						continue
					}
					wantCode(t, err, daebus.Unavailable)
					return
				}
			})
		}
		eventually(t, "load", func() bool { return answered.Load() > 1000 })
		if err := s.stop(t); err != nil {
			t.Error(err)
		}
		wg.Wait()
	}
}

func TestHandlerThatIgnoresItsContext(t *testing.T) {
	t.Parallel()
	bus := "redis://" + redistest.Start(t).Addr
	work := newGated()
	defer close(work.gate)
	app := daebus.New("worker")
	app.Action("work", daebus.Func(work.stubborn))
	app.Action("heed", daebus.Func(func(ctx context.Context, _ any) (any, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}))
	const grace = 3 * time.Second
	s := start(t, app, edge.Config{Bus: bus, Grace: grace})
	asker := start(t, daebus.New("asker"), edge.Config{Bus: bus})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	calls(ctx, asker, "worker", 1)
	receive(t, work.began)
	heeded := make(chan error, 1)
	go func() { heeded <- asker.Call(ctx, "worker", "heed", nil, nil) }()
	eventually(t, "two requests", func() bool {
		_, health := ask(t, "GET", s.url(t)+"/healthz", "")
		return health.(map[string]any)["counters"].(map[string]any)["requests"] == 2.
	})
	begin := time.Now()
	if err := s.stop(t); err != nil {
		t.Errorf("Run: %v", err)
	}
	if took := time.Since(begin); took < grace/2 || took > grace+5*time.Second {
		t.Errorf("Run took %v, want about %v", took, grace)
	}
	wantCode(t, receive(t, heeded), daebus.Unavailable)
	if log := s.log.String(); !strings.Contains(log, "handler ignores the end of its context") || !strings.Contains(log, "(*gated).stubborn") {
		t.Errorf("the log does not name the handler:\n%s", log)
	}
	if strings.Contains(s.log.String(), "not stopped in time") {
		t.Errorf("others were not given time:\n%s", s.log)
	}
}

// An HTTP request is given as long as one on the bus, and Run waits for it.
func TestHTTPHandlerIsWaitedFor(t *testing.T) {
	t.Parallel()
	began := make(chan struct{})
	var heeded atomic.Bool
	app := daebus.New("worker")
	app.Route("GET /slow", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(began)
		<-r.Context().Done()
		heeded.Store(true)
	}))
	s := start(t, app, edge.Config{Bus: "redis://127.0.0.1:1", Grace: 2 * time.Second})
	go func() {
		if resp, err := http.Get(s.url(t) + "/slow"); err == nil {
			resp.Body.Close()
		}
	}()
	receive(t, began)
	if err := s.stop(t); err != nil {
		t.Errorf("Run: %v", err)
	}
	if !heeded.Load() {
		t.Error("Run returned before the handler")
	}
	if !strings.Contains(s.log.String(), "HTTP requests left undone") || strings.Contains(s.log.String(), "ignores") {
		t.Errorf("got the log\n%s", s.log)
	}
}
