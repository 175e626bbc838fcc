package collection

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// checkOrder compares an order with a plain slice, and checks that its blocks are
// neither too large nor too small.
func checkOrder(t *testing.T, o *order, want []int) {
	t.Helper()
	got := []int{}
	for _, id := range o.between(0, o.n) {
		got = append(got, int(id))
	}
	if !slices.Equal(got, want) {
		t.Fatalf("got %d ids %v\nwant %d %v", o.n, got, len(want), want)
	}
	for b, block := range o.blocks {
		if len(block) > blockWidth || len(block) == 0 && o.n > 0 {
			t.Fatalf("a block of %d ids", len(block))
		}
		if b > 0 && len(o.blocks[b-1])+len(block) <= blockWidth/2 {
			t.Fatal("two neighbours are small enough for one")
		}
	}
}

func TestOrder(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var o order
	var want []int
	for i := range 60000 {
		growing := i/15000%2 == 0
		switch n := rnd.IntN(10); {
		case len(want) > 0 && n == 0:
			place := rnd.IntN(len(want))
			o.set(place, i)
			want[place] = i
		case len(want) == 0 || growing == (n < 8):
			place := rnd.IntN(len(want) + 1)
			o.insert(place, i)
			want = slices.Insert(want, place, i)
		default:
			place := rnd.IntN(len(want))
			if rnd.IntN(2) == 0 {
				place = 0
			}
			o.remove(place)
			want = slices.Delete(want, place, place+1)
		}
		if len(want) > 0 {
			if place := rnd.IntN(len(want)); o.at(place) != want[place] {
				t.Fatalf("got %d at %d, want %d", o.at(place), place, want[place])
			}
		}
		if i%500 == 0 {
			checkOrder(t, &o, want)
		}
	}
	checkOrder(t, &o, want)
	for o.n > 0 {
		o.remove(o.n - 1)
	}
	checkOrder(t, &o, nil)
}

func TestOrderBetween(t *testing.T) {
	var o order
	for i := range 2000 {
		o.insert(i, i)
	}
	for _, first := range []int{0, 1, 255, 256, 257, 1000, 1999, 2000} {
		for _, end := range []int{0, 1, 256, 257, 1500, 1999, 2000} {
			if end < first {
				continue
			}
			ids := o.between(first, end)
			if len(ids) != end-first {
				t.Fatalf("%d ids from %d to %d", len(ids), first, end)
			}
			for i, id := range ids {
				if int(id) != first+i {
					t.Fatalf("got %d at %d", id, first+i)
				}
			}
		}
	}
}

func TestOrderSearch(t *testing.T) {
	var o order
	for i := range 5000 {
		if got := o.search(func(int) bool { return true }); got != 0 {
			t.Fatalf("got %d, want 0", got)
		}
		if got := o.search(func(int) bool { return false }); got != i {
			t.Fatalf("got %d, want %d", got, i)
		}
		o.insert(i, 2*i)
	}
	for _, border := range []int{-1, 0, 1, 2, 63, 64, 127, 128, 129, 5000, 5001, 9997, 9998, 9999} {
		if got, want := o.search(func(id int) bool { return id >= border }), (border+1)/2; got != want {
			t.Errorf("from %d: got %d, want %d", border, got, want)
		}
	}
}

func FuzzOrder(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 200, 4, 255})
	f.Fuzz(func(t *testing.T, in []byte) {
		var o order
		var want []int
		for i, b := range in {
			place := int(b&127) * (len(want) + 1) / 128
			if b < 160 || place >= len(want) {
				o.insert(place, i)
				want = slices.Insert(want, place, i)
			} else {
				o.remove(place)
				want = slices.Delete(want, place, place+1)
			}
		}
		checkOrder(t, &o, want)
	})
}
