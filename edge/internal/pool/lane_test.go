package pool_test

import (
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/daebus/daebus-go/edge/internal/pool"
)

func TestLaneOfOneKeepsOrder(t *testing.T) {
	const lanes, tasks = 16, 500
	p := pool.New(8, lanes*tasks, nil)
	got := make([][]int, lanes) // no lock: one task of a lane at a time
	var wg sync.WaitGroup
	for i := range lanes {
		lane := p.NewLane(1, tasks)
		wg.Go(func() {
			for n := range tasks {
				if !lane.Submit(func() { got[i] = append(got[i], n) }) {
					t.Errorf("lane %d refused task %d", i, n)
				}
			}
		})
	}
	wg.Wait()
	if err := p.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i := range got {
		if len(got[i]) != tasks || !slices.IsSorted(got[i]) {
			t.Errorf("lane %d: %d tasks, sorted: %v", i, len(got[i]), slices.IsSorted(got[i]))
		}
	}
}

func TestLaneBoundsAreExact(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := closed(t, pool.New(8, 100, nil))
		lane := p.NewLane(3, 5)
		gate := make(chan struct{})
		for i := range 12 {
			if got := lane.Submit(func() { <-gate }); got != (i < 3+5) {
				t.Errorf("submit %d said %v", i, got)
			}
		}
		synctest.Wait()
		if got, want := p.Stats(), (pool.Stats{Waiting: 5, Running: 3, Refused: 4}); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		close(gate)
	})
}

func TestLanesCountAgainstThePoolsQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := closed(t, pool.New(2, 3, nil))
		lane := p.NewLane(1, 100)
		gate := make(chan struct{})
		task := func() { <-gate }
		for i := range 6 {
			if got := lane.Submit(task); got != (i < 1+3) {
				t.Errorf("submit %d said %v", i, got)
			}
		}
		if !p.Submit(task) {
			t.Error("refused while a worker was free: the lane's backlog holds it")
		}
		synctest.Wait()
		if p.Submit(task) || p.NewLane(1, 1).Submit(task) {
			t.Error("accepted into a full queue")
		}
		close(gate)
	})
}

func TestFloodedLaneTakesTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := closed(t, pool.New(1, 100, nil))
		var order []byte
		note := func(c byte) func() { return func() { order = append(order, c) } }
		gate := make(chan struct{})
		p.Submit(func() { <-gate })

		flood, calm := p.NewLane(1, 50), p.NewLane(1, 50)
		for range 6 {
			flood.Submit(note('f'))
		}
		for range 3 {
			calm.Submit(note('c'))
		}
		p.Submit(note('p'))
		close(gate)
		synctest.Wait()
		if got, want := string(order), "fcpfcfcfff"; got != want {
			t.Errorf("ran %s, want %s", got, want)
		}
	})
}

func TestBusyLaneHoldsNoWorker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := closed(t, pool.New(2, 10, nil))
		lane := p.NewLane(1, 10)
		gate := make(chan struct{})
		for range 5 {
			lane.Submit(func() { <-gate })
		}
		ran := 0
		for range 5 {
			p.Submit(func() { ran++ })
		}
		synctest.Wait()
		if ran != 5 {
			t.Errorf("%d of the others ran beside a stuck lane, want 5", ran)
		}
		close(gate)
	})
}

func TestPanicInALaneLetsTheNextRun(t *testing.T) {
	p := pool.New(1, 2, nil)
	lane := p.NewLane(1, 1)
	ran := false
	lane.Submit(func() { panic("first") })
	lane.Submit(func() { ran = true })
	if err := p.Close(t.Context()); err != nil || !ran {
		t.Errorf("close %v, next ran: %v", err, ran)
	}
}

// Many submitters, lanes of all widths, panics and refusals: every accepted
// task runs exactly once, no lane exceeds its width, and nothing is left.
func TestEveryAcceptedTaskRunsOnce(t *testing.T) {
	for seed := range uint64(8) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		p := pool.New(1+rnd.IntN(8), rnd.IntN(40), nil)
		var accepted, refused, ran, panics atomic.Int64
		var wg sync.WaitGroup
		for range 6 {
			width := 1 + rnd.IntN(4)
			lane := p.NewLane(width, rnd.IntN(20))
			own := rand.New(rand.NewPCG(seed, rnd.Uint64()))
			var active atomic.Int64
			wg.Go(func() {
				for range 1500 {
					submit, most := lane.Submit, int64(width)
					if own.IntN(4) == 0 {
						submit, most = p.Submit, 0
					}
					fail := own.IntN(10) == 0
					task := func() {
						ran.Add(1)
						if most > 0 {
							if n := active.Add(1); n > most {
								t.Errorf("%d tasks of a lane of %d", n, most)
							}
							defer active.Add(-1)
						}
						if fail {
							panics.Add(1)
							panic("seeded")
						}
					}
					if submit(task) {
						accepted.Add(1)
					} else {
						refused.Add(1)
					}
				}
			})
		}
		wg.Wait()
		if err := p.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		want := pool.Stats{Done: accepted.Load(), Panics: panics.Load(), Refused: refused.Load()}
		if got := p.Stats(); got != want || ran.Load() != want.Done {
			t.Errorf("seed %d: %d ran, got %+v, want %+v", seed, ran.Load(), got, want)
		}
	}
}
