package hub

import (
	"math/rand/v2"
	"testing"

	"github.com/daebus/daebus-go/daebus"
)

// TestQueueAgainstAPlainSlice compares the queue with the simplest one that
// could work, under random loads that fill and empty it.
func TestQueueAgainstAPlainSlice(t *testing.T) {
	const limit = 4000
	r := rand.New(rand.NewPCG(1, 2))
	q := newQueue(limit)
	var plain [][]byte
	size := 0
	for round := range 200 {
		filling := round%2 == 0
		for range r.IntN(400) {
			if (r.IntN(4) > 0) == filling {
				frame := make([]byte, r.IntN(60))
				if r.IntN(50) == 0 {
					frame = make([]byte, 2*limit)
				}
				fits := len(plain) == 0 || size+len(frame)+frameCost <= limit
				if err := q.put(frame); (err == nil) != fits || err != nil && err != daebus.Busy {
					t.Fatalf("put of %d bytes on %d: got %v, want fits %v", len(frame), size, err, fits)
				}
				if fits {
					plain = append(plain, frame)
					size += len(frame) + frameCost
				}
			} else if len(plain) > 0 {
				frame, ok := q.next()
				if !ok || len(frame) != len(plain[0]) {
					t.Fatalf("next: got %d bytes and %v, want %d", len(frame), ok, len(plain[0]))
				}
				plain = plain[1:]
				size -= len(frame) + frameCost
			}
			if most := 4 * limit / frameCost; cap(q.frames) > most {
				t.Fatalf("room for %d frames, more than %d", cap(q.frames), most)
			}
		}
	}
}

func TestQueueClosesOnce(t *testing.T) {
	for _, abrupt := range []bool{false, true} {
		q := newQueue(100)
		q.put([]byte("first"))
		q.put([]byte("second"))
		if !q.close(ending{code: 1001, abrupt: abrupt}) || q.close(ending{code: 1002}) {
			t.Error("not the first close counted")
		}
		if err := q.put(nil); err != daebus.Unavailable {
			t.Errorf("put after close: got %v", err)
		}
		var left []string
		for frame, ok := q.next(); ok; frame, ok = q.next() {
			left = append(left, string(frame))
		}
		if want := map[bool]int{false: 2, true: 0}[abrupt]; len(left) != want {
			t.Errorf("abrupt %v: %q left, want %d", abrupt, left, want)
		}
		if e, closed := q.end(); !closed || e.code != 1001 {
			t.Errorf("got %v, %v", e, closed)
		}
	}
}

// BenchmarkQueue is one message through the queue of a peer that keeps up.
func BenchmarkQueue(b *testing.B) {
	q := newQueue(1 << 20)
	frame := make([]byte, 256)
	b.ReportAllocs()
	for b.Loop() {
		if err := q.put(frame); err != nil {
			b.Fatal(err)
		}
		q.next()
	}
}
