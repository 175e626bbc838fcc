package broker

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"
)

func TestExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s store
		s.init(time.Now())
		key := []byte("k")
		s.expire(s.add(0, "k", newText(key)), s.now()+100)
		time.Sleep(100 * time.Millisecond)
		if s.get(0, key) == nil {
			t.Error("gone before its time")
		}
		time.Sleep(time.Millisecond)
		if s.len() != 1 || s.get(0, key) != nil || s.len() != 0 || s.expired != 1 {
			t.Errorf("%d keys, %d expired; want it to go when it is looked at", s.len(), s.expired)
		}

		s.expire(s.add(0, "k", newText(key)), s.now()+100)
		s.persist(s.get(0, key))
		time.Sleep(time.Second)
		if s.get(0, key) == nil {
			t.Error("gone although it has no expiry any more")
		}
	})
}

// A write removes so many keys that are due, and no others.
func TestReapIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s store
		s.init(time.Now())
		for i := range 100 {
			e := s.add(3, fmt.Sprint(i), newText([]byte("v")))
			s.expire(e, s.now()+int64(i/50+1)*1000)
		}
		time.Sleep(1500 * time.Millisecond)
		for _, want := range []int{80, 60, 50, 50} {
			if s.reap(3, 20); s.len() != want {
				t.Errorf("%d keys, want %d", s.len(), want)
			}
		}
		time.Sleep(time.Second)
		if s.reapAll(); s.len() != 0 || s.used != 0 {
			t.Errorf("%d keys, %d bytes; want none", s.len(), s.used)
		}
	})
}

// The heap against a search through everything.
func TestDueHeap(t *testing.T) {
	var h dueHeap
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		switch n := rnd.IntN(4); {
		case n < 2 || len(h) == 0:
			h.push(&entry{expires: rnd.Int64N(1000)})
		case n == 2:
			h.remove(rnd.IntN(len(h)))
		default:
			i := rnd.IntN(len(h))
			h[i].expires = rnd.Int64N(1000)
			h.fix(i)
		}
		for i, e := range h {
			if e.index != i {
				t.Fatalf("entry %d thinks it is at %d", i, e.index)
			}
			if e.expires < h[0].expires {
				t.Fatalf("the first is due at %d, another at %d", h[0].expires, e.expires)
			}
		}
	}
}

// A moment is told as the wall clock has it, however far into a millisecond the
// broker started: a log that is read at once has none that is still to come.
func TestMomentsAreOfTheWallClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(900 * time.Microsecond)
		var s store
		s.init(time.Now())
		for range 100 {
			time.Sleep(50 * time.Microsecond)
			if got, want := s.now()+s.wall(), time.Now().UnixMilli(); got != want {
				t.Fatalf("now is told as %d; want %d", got, want)
			}
		}
	})
}
