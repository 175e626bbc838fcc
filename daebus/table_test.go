package daebus

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
)

// Not through the Client, which leaves little time for a slot to be taken twice.
func TestNoSlotHasTwoUsers(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(8))
	const goroutines, each = 16, 20_000
	var calls table
	var wg sync.WaitGroup
	var users sync.Map // of a slot that is taken
	take := func() *pending {
		p := calls.take(nil)
		if _, taken := users.LoadOrStore(p, true); taken {
			t.Error("a slot with two users")
		}
		return p
	}
	put := func(p *pending) {
		users.Delete(p)
		calls.put(p)
	}
	for range goroutines {
		wg.Go(func() {
			for range each {
				a, b := take(), take()
				put(a)
				c := take()
				put(b)
				put(c)
				if rand.IntN(each/10) == 0 {
					runtime.GC() // has the pool forget
				}
			}
		})
	}
	wg.Wait()
	if n := len(calls.all()); n > 4*goroutines {
		t.Errorf("got %d slots for %d users at once", n, 2*goroutines)
	}
	for i, p := range calls.all() {
		if p.slot != i || p.taken.Load() {
			t.Errorf("slot %d: stands as %d, taken: %v", i, p.slot, p.taken.Load())
		}
	}
}
