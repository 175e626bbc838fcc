package collection

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// checkOrder compares an order with a plain slice.
func checkOrder(t *testing.T, o *order, want []int) {
	t.Helper()
	got := slices.Collect(o.walk(0, false))
	if o.len() != len(want) || !slices.Equal(got, want) {
		t.Fatalf("got %d ids %v\nwant %d %v", o.len(), got, len(want), want)
	}
	checkNode(t, &o.root, true)
}

// checkNode checks the counts, and that nodes are neither too large nor empty.
func checkNode(t *testing.T, n *orderNode, root bool) {
	t.Helper()
	count := n.n
	if n.width() > orderWidth || n.width() == 0 && !root || len(n.ids) > 0 && n.below != nil {
		t.Fatalf("a node of %d ids and %d nodes", len(n.ids), len(n.below))
	}
	for i, b := range n.below {
		checkNode(t, b, false)
		if i > 0 {
			if n.below[i-1].width()+b.width() <= orderWidth/2 {
				t.Fatal("two neighbours are small enough for one")
			}
		}
	}
	if n.count(); n.n != count {
		t.Fatalf("a node says %d ids, and has %d", count, n.n)
	}
}

func TestOrder(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var o order
	var want []int
	for i := range 30000 {
		growing := i/7500%2 == 0
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
	c := o.clone()
	o.remove(0)
	checkOrder(t, &c, want)
	for o.len() > 0 {
		o.remove(o.len() - 1)
	}
	checkOrder(t, &o, nil)
}

func TestOrderWalk(t *testing.T) {
	var o order
	for i := range 1000 {
		o.insert(i, i)
	}
	for _, from := range []int{-1, 0, 1, 31, 32, 33, 500, 998, 999, 1000} {
		want := from
		for id := range o.walk(from, false) {
			if id != want {
				t.Fatalf("from %d: got %d, want %d", from, id, want)
			}
			want++
		}
		if from >= 0 && want != 1000 {
			t.Errorf("from %d it ended before %d", from, want)
		}
		want = from
		for id := range o.walk(from, true) {
			if id != want {
				t.Fatalf("back from %d: got %d, want %d", from, id, want)
			}
			want--
		}
		if from < 1000 && want != -1 {
			t.Errorf("back from %d it ended before %d", from, want)
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
