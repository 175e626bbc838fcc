package hub

import (
	"bytes"
	"math/rand/v2"
	"runtime"
	"testing"
	"weak"

	"github.com/daebus/daebus-go/daebus"
)

// letters is a message of so many bytes, that of n.
func letters(n, size int) []byte {
	return bytes.Repeat([]byte{'a' + byte(n%26)}, size)
}

// TestQueueAgainstAPlainSlice compares the queue with the simplest one that
// could work, under random loads that fill and empty it.
func TestQueueAgainstAPlainSlice(t *testing.T) {
	const limit = 100_000
	r := rand.New(rand.NewPCG(1, 2))
	q := queue{limit: limit}
	var plain []*frame
	var buf []byte
	size, writing := 0, false
	for round := range 200 {
		filling := round%2 == 0
		for n := range r.IntN(400) {
			if (r.IntN(4) > 0) == filling {
				f := newFrame(letters(n, r.IntN(1500)))
				if r.IntN(50) == 0 {
					f = newFrame(letters(n, 2*limit))
				}
				fits := len(plain) == 0 || size+f.cost() <= limit
				idle, err := q.put(f)
				if (err == nil) != fits || err != nil && err != daebus.Busy {
					t.Fatalf("put of %d bytes on %d: got %v, want fits %v", len(f.wire), size, err, fits)
				}
				if idle != (fits && !writing) {
					t.Fatalf("put found the queue idle: %v, writing is %v", idle, writing)
				}
				if fits {
					plain = append(plain, f)
					size += f.cost()
					writing = true
				}
			} else if writing {
				piece, count := q.take(nil, &buf)
				want := []byte(nil)
				for _, f := range plain[:count] {
					want = append(want, f.wire...)
					size -= f.cost()
				}
				if plain = plain[count:]; !bytes.Equal(piece, want) {
					t.Fatalf("took %d messages and %d bytes, want %d bytes", count, len(piece), len(want))
				}
				if count > 1 && len(piece) > maxPiece {
					t.Fatalf("joined %d messages to %d bytes", count, len(piece))
				}
				if len(plain) > 0 && len(piece)+len(plain[0].wire) <= maxPiece {
					t.Fatalf("took %d bytes, with %d left that would have fitted", len(piece), len(plain[0].wire))
				}
				more, closed := q.written()
				if more != (len(plain) > 0) || closed {
					t.Fatalf("got more %v, closed %v with %d left", more, closed, len(plain))
				}
				writing = more
			}
			if most := 4 * limit / slotCost; cap(q.waiting) > most {
				t.Fatalf("room for %d frames, more than %d", cap(q.waiting), most)
			}
		}
	}
}

// newest is a source that says what it is told to.
type newest struct {
	asked int
	text  string
}

func (s *newest) next(*peer) []byte {
	s.asked++
	if s.text == "" {
		return nil
	}
	return appendFrame(nil, finText, []byte(s.text))
}

func TestStateIsAskedWhenThePeerCanBeWrittenTo(t *testing.T) {
	var buf []byte
	first, last := newFrame([]byte("first")), newFrame([]byte("last"))
	q := &queue{limit: first.cost() + last.cost()}
	take := func(messages int, texts ...string) {
		t.Helper()
		var want []byte
		for _, text := range texts {
			want = appendFrame(want, finText, []byte(text))
		}
		piece, count := q.take(nil, &buf)
		if !bytes.Equal(piece, want) || count != messages {
			t.Errorf("took %d messages, %q; want %d, %q", count, piece, messages, want)
		}
	}
	s, silent := &newest{text: "old"}, &newest{}
	q.put(first)
	for range 100 { // costs nothing, and once is enough
		if q.mark(s) || q.mark(silent) {
			t.Error("somebody writes already")
		}
	}
	if _, err := q.put(last); err != nil {
		t.Error(err)
	}
	s.text = "new"
	take(3, "first", "new", "last")
	if q.mark(s) {
		t.Error("what was taken is not written yet")
	}
	if more, _ := q.written(); !more {
		t.Error("a source that was asked before it was marked is not asked again")
	}
	take(1, "new")
	if more, _ := q.written(); more {
		t.Error("more than everything")
	}
	if !q.mark(silent) {
		t.Error("nobody writes, and nobody is told to")
	}
	take(0)
	if s.asked != 2 || silent.asked != 2 {
		t.Errorf("asked %d and %d times, want twice", s.asked, silent.asked)
	}
	q.close(ending{})
	if q.mark(s) {
		t.Error("a closed queue is not written to")
	}
}

func TestQueueClosesOnce(t *testing.T) {
	for _, abrupt := range []bool{false, true} {
		q := queue{limit: 100}
		q.put(newFrame([]byte("first")))
		q.put(newFrame([]byte("second")))
		if first, idle := q.close(ending{code: 1001, abrupt: abrupt}); !first || idle {
			t.Errorf("first close: got first %v, idle %v", first, idle)
		}
		if first, _ := q.close(ending{code: 1002}); first {
			t.Error("not the first close counted")
		}
		if _, err := q.put(newFrame(nil)); err != daebus.Unavailable {
			t.Errorf("put after close: got %v", err)
		}
		var buf []byte
		_, count := q.take(nil, &buf)
		if want := map[bool]int{false: 2, true: 0}[abrupt]; count != want {
			t.Errorf("abrupt %v: %d left, want %d", abrupt, count, want)
		}
		if more, closed := q.written(); more || !closed {
			t.Errorf("written: got more %v, closed %v", more, closed)
		}
		if e, closed := q.end(); !closed || e.code != 1001 {
			t.Errorf("got %v, %v", e, closed)
		}
	}
}

func TestCloseOfAnIdleQueueWantsAWriter(t *testing.T) {
	var q queue
	if first, idle := q.close(ending{code: 1001}); !first || !idle {
		t.Errorf("got first %v, idle %v", first, idle)
	}
}

// BenchmarkQueue is one message through the queue of a peer that keeps up.
func BenchmarkQueue(b *testing.B) {
	q := queue{limit: 1 << 20}
	f := newFrame(make([]byte, 256))
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		if _, err := q.put(f); err != nil {
			b.Fatal(err)
		}
		q.take(nil, &buf)
		q.written()
	}
}

// TestAQueueKeepsNothingThatItGave has one grow that began in its own slot.
func TestAQueueKeepsNothingThatItGave(t *testing.T) {
	q := queue{limit: 1000}
	given := make([]weak.Pointer[frame], 3)
	for n := range given {
		f := newFrame(letters(n, 10))
		given[n] = weak.Make(f)
		if _, err := q.put(f); err != nil {
			t.Fatal(err)
		}
	}
	var buf []byte
	if piece, count := q.take(nil, &buf); count != len(given) {
		t.Fatalf("took %d messages, %q", count, piece)
	}
	runtime.GC()
	for n, f := range given {
		if f.Value() != nil {
			t.Errorf("message %d is still there", n)
		}
	}
	runtime.KeepAlive(&q)
}
