package pool_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/edge/internal/pool"
)

// closed closes p when the test is over, however long its tasks take.
func closed(t testing.TB, p *pool.Pool) *pool.Pool {
	t.Cleanup(func() {
		if err := p.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return p
}

func TestBoundIsExactAndFullIsSaidAtOnce(t *testing.T) {
	for _, c := range []struct{ workers, queue int }{{1, 0}, {1, 1}, {2, 0}, {2, 3}, {8, 32}} {
		synctest.Test(t, func(t *testing.T) {
			p := pool.New(c.workers, c.queue, nil)
			gate, ran := make(chan struct{}), atomic.Int64{}
			task := func() { <-gate; ran.Add(1) }
			want := c.workers + c.queue
			for i := range want + 5 {
				if got := p.Submit(task); got != (i < want) {
					t.Errorf("%d workers, queue %d: submit %d said %v", c.workers, c.queue, i, got)
				}
			}
			synctest.Wait()
			if got, want := p.Stats(), (pool.Stats{Waiting: c.queue, Running: c.workers, Refused: 5}); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
			if p.Submit(task) {
				t.Error("accepted one too many once all workers had begun")
			}
			close(gate)
			if err := p.Close(t.Context()); err != nil {
				t.Error(err)
			}
			if got := ran.Load(); got != int64(want) {
				t.Errorf("%d tasks ran, want %d", got, want)
			}
		})
	}
}

func TestPanicTakesNoWorkerWithIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var values []any
		p := pool.New(1, 4, func(value any, stack []byte) {
			values = append(values, value)
			if !strings.Contains(string(stack), "TestPanicTakesNoWorkerWithIt") {
				t.Errorf("the stack does not show the task:\n%s", stack)
			}
		})
		after := false
		p.Submit(func() { panic("first") })
		p.Submit(func() { panic("second") })
		p.Submit(func() { after = true })
		if err := p.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(values) != 2 || values[0] != "first" || values[1] != "second" || !after {
			t.Errorf("handler saw %v, a later task ran: %v", values, after)
		}
		if got, want := p.Stats(), (pool.Stats{Done: 3, Panics: 2}); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

func TestPanicWithNoHandlerIsCounted(t *testing.T) {
	p := pool.New(1, 1, nil)
	p.Submit(func() { panic("unseen") })
	if err := p.Close(t.Context()); err != nil || p.Stats().Panics != 1 {
		t.Errorf("close %v, stats %+v", err, p.Stats())
	}
}

func TestCloseDrains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := pool.New(2, 8, nil)
		lane := p.NewLane(1, 8)
		var ran atomic.Int64
		for range 5 {
			p.Submit(func() { time.Sleep(time.Second); ran.Add(1) })
			lane.Submit(func() { time.Sleep(time.Second); ran.Add(1) })
		}
		if err := p.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := ran.Load(); got != 10 {
			t.Errorf("%d tasks had run when Close returned, want 10", got)
		}
		if p.Submit(func() {}) || lane.Submit(func() {}) {
			t.Error("a closed pool accepted a task")
		}
		if err := p.Close(t.Context()); err != nil {
			t.Errorf("second Close: %v", err)
		}
	})
}

func TestCloseIsBoundedByItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := pool.New(1, 8, nil)
		lane := p.NewLane(1, 8)
		gate := make(chan struct{})
		late := func() { t.Error("a task began after Close had returned") }
		lane.Submit(func() { <-gate })
		lane.Submit(late)
		p.Submit(late)

		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		start := time.Now()
		err := p.Close(ctx)
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("Close took %v, want 3s", took)
		}
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "3 left at close") {
			t.Errorf("got %v, want the deadline and 3 left", err)
		}
		if err := p.Close(ctx); err == nil || !strings.Contains(err.Error(), "1 left at close") {
			t.Errorf("second Close: got %v, want 1 left", err)
		}
		close(gate)
		if err := p.Close(t.Context()); err != nil {
			t.Errorf("last Close: %v", err)
		}
	})
}

func TestCloseOfAnIdlePoolNeedsNoTime(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 100 {
		if err := pool.New(3, 3, nil).Close(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

func TestProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := closed(t, pool.New(1, 2, nil))
		gate := make(chan struct{})
		p.Submit(func() {})
		p.Submit(func() { <-gate })
		p.Submit(func() {})
		synctest.Wait()
		if s := p.Stats(); s.Done != 1 || s.Running != 1 || s.Waiting != 1 {
			t.Errorf("stuck: got %+v, want one done, one running, one waiting", s)
		}
		close(gate)
		synctest.Wait()
		if s := p.Stats(); s.Done != 3 || s.Running != 0 || s.Waiting != 0 {
			t.Errorf("free: got %+v, want three done", s)
		}
	})
}

func TestSubmitDoesNotAllocate(t *testing.T) {
	p := closed(t, pool.New(2, 8, nil))
	lane := p.NewLane(1, 8)
	var wg sync.WaitGroup
	task := wg.Done
	if got := testing.AllocsPerRun(1000, func() {
		wg.Add(2)
		if !p.Submit(task) || !lane.Submit(task) {
			t.Error("refused")
		}
		wg.Wait()
	}); got != 0 {
		t.Errorf("%v allocations per two tasks, want 0", got)
	}
}
