package daebus

import (
	"runtime"
	"sync"
	"testing"
)

// Not through the Client, which leaves too little time for a stack to become
// another with the same top.
func TestNoSlotHasTwoUsers(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(8))
	const goroutines, each = 16, 20_000
	var calls table
	var wg sync.WaitGroup
	take := func() *pending {
		p := calls.take(nil)
		if p.users.Add(1) != 1 {
			t.Error("a slot with two users")
		}
		return p
	}
	put := func(p *pending) {
		p.users.Add(-1)
		calls.put(p)
	}
	for range goroutines {
		wg.Go(func() {
			for range each {
				a, b := take(), take()
				put(a) // not the top next time
				c := take()
				put(b)
				put(c)
			}
		})
	}
	wg.Wait()
	if n := len(calls.all()); n > 2*goroutines {
		t.Errorf("got %d slots for %d users at once", n, 2*goroutines)
	}
	for i, p := range calls.all() {
		if int(p.slot) != i {
			t.Errorf("slot %d stands at %d", p.slot, i)
		}
	}
}
