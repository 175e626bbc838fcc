package pool_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/daebus/daebus-go/edge/internal/pool"
)

// Who brings a task takes a worker's place with it, and no more than there are.
func TestDoTakesAPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := closed(t, pool.New(2, 10, nil))
		narrow, wide := p.NewLane(1, 10), p.NewLane(5, 10)
		gate := make(chan struct{})
		wait := func() { <-gate }

		go narrow.Do(wait)
		synctest.Wait()
		if narrow.Do(wait) {
			t.Error("a second task of a lane of one ran")
		}
		go wide.Do(wait)
		synctest.Wait()
		if wide.Do(wait) {
			t.Error("a third task ran at once in a pool of two")
		}
		ran := false
		if !wide.Submit(func() { ran = true }) {
			t.Error("refused although the queue is empty")
		}
		synctest.Wait()
		if got, want := p.Stats(), (pool.Stats{Waiting: 1, Running: 2}); got != want || ran {
			t.Errorf("got %+v, ran %v, want %+v", got, ran, want)
		}
		close(gate)
		synctest.Wait()
		if got, want := p.Stats(), (pool.Stats{Done: 3}); got != want || !ran {
			t.Errorf("got %+v, ran %v, want %+v", got, ran, want)
		}
		if !wide.Do(func() {}) {
			t.Error("refused by an idle pool")
		}
	})
}

// A task that panics gives its place back.
func TestDoPanics(t *testing.T) {
	p := closed(t, pool.New(1, 0, nil))
	lane := p.NewLane(1, 0)
	for range 3 {
		if !lane.Do(func() { panic("seeded") }) {
			t.Fatal("no place")
		}
	}
	if got, want := p.Stats(), (pool.Stats{Done: 3, Panics: 3}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// Closing waits for what runs on a lent place, and for what waits behind it in
// its lane.
func TestCloseWaitsForLentPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := pool.New(2, 10, nil)
		lane := p.NewLane(1, 10)
		gate := make(chan struct{})
		var ran atomic.Int64
		go lane.Do(func() { <-gate; ran.Add(1) })
		synctest.Wait()
		lane.Submit(func() { ran.Add(1) })
		closed := make(chan error)
		go func() { closed <- p.Close(context.Background()) }()
		synctest.Wait()
		if lane.Do(func() {}) {
			t.Error("ran in a pool that closes")
		}
		close(gate)
		if err := <-closed; err != nil || ran.Load() != 2 {
			t.Errorf("closed with %v after %d tasks, want 2", err, ran.Load())
		}
	})
}

// Both ways at once: a lane of one never runs two, and everything accepted runs.
func TestDoBesideSubmit(t *testing.T) {
	p := pool.New(3, 1000, nil)
	lane := p.NewLane(1, 1000)
	var active, ran, accepted atomic.Int64
	task := func() {
		if n := active.Add(1); n > 1 {
			t.Errorf("%d tasks of a lane of one", n)
		}
		ran.Add(1)
		active.Add(-1)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 2000 {
				if lane.Do(task) || lane.Submit(task) {
					accepted.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if err := p.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	if ran.Load() != accepted.Load() {
		t.Errorf("%d ran of %d accepted", ran.Load(), accepted.Load())
	}
}
