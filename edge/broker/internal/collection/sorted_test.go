package collection_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/broker/internal/collection"
)

type scored struct {
	member string
	score  float64
}

// sorted is the slow twin of collection.Sorted.
func sorted(m map[string]float64) (list []scored) {
	for member, score := range m {
		list = append(list, scored{member, score})
	}
	slices.SortFunc(list, func(a, b scored) int {
		return cmp.Or(cmp.Compare(a.score, b.score), strings.Compare(a.member, b.member))
	})
	return list
}

func checkSorted(t *testing.T, z *collection.Sorted, m map[string]float64) {
	t.Helper()
	want := sorted(m)
	if z.Len() != len(want) {
		t.Fatalf("%d members, want %d", z.Len(), len(want))
	}
	for i, id := range z.Between(0, z.Len()) {
		member, score := z.ByID(int(id))
		if got := (scored{member, score}); got != want[i] {
			t.Fatalf("got %v at %d, want %v", got, i, want[i])
		}
	}
	for i, w := range want {
		place, ok := z.Place(w.member)
		score, there := z.Score(w.member)
		member, _ := z.At(i)
		if place != i || !ok || score != w.score || !there || member != w.member {
			t.Fatalf("%v is at %d with %v, want it at %d; there is %s", w, place, score, i, member)
		}
	}
}

func TestSorted(t *testing.T) {
	for _, limit := range []int{5, 150, 1500} {
		rnd := rand.New(rand.NewPCG(1, uint64(limit)))
		var z collection.Sorted
		want := make(map[string]float64)
		scores := []float64{0, 1, 1, 2, -1, 0.5, math.Inf(1), math.Inf(-1), 1e300}
		for i := range 6000 {
			member := fmt.Sprint(rnd.IntN(limit))
			_, there := want[member]
			switch n := rnd.IntN(8); {
			case n < 4:
				score := scores[rnd.IntN(len(scores))]
				z.Set([]byte(member), score)
				want[member] = score
			case n == 4 && z.Len() > 0:
				place := rnd.IntN(z.Len())
				member, _ := z.At(place)
				z.RemoveAt(place)
				delete(want, member)
			default:
				if z.Remove(member) != there {
					t.Fatalf("it is %v that %s was there", !there, member)
				}
				delete(want, member)
			}
			if i%500 == 0 {
				checkSorted(t, &z, want)
			}
		}
		checkSorted(t, &z, want)
		c := z.Clone()
		for z.Len() > 0 {
			z.RemoveAt(rnd.IntN(z.Len()))
		}
		checkSorted(t, &c, want)
		if z.Bytes() != 0 {
			t.Errorf("%d bytes are left of nothing", z.Bytes())
		}
	}
}

func TestSortedIsPackedUpTo(t *testing.T) {
	var z collection.Sorted
	for i := range 128 {
		z.Set(fmt.Append(nil, i), 0)
	}
	if !z.Packed() {
		t.Error("128 members are few")
	}
	if z.Set([]byte("x"), 0); z.Packed() {
		t.Error("129 members are many")
	}
	z.Remove("x")
	if z.Packed() {
		t.Error("it was packed again")
	}
	var long collection.Sorted
	long.Set([]byte(strings.Repeat("x", 64)), 0)
	if !long.Packed() {
		t.Error("a member of 64 bytes is short")
	}
	if long.Set([]byte(strings.Repeat("x", 65)), 0); long.Packed() {
		t.Error("a member of 65 bytes is long")
	}
}

func TestSearch(t *testing.T) {
	var z collection.Sorted
	for i := range 1000 {
		z.Set(fmt.Append(nil, i), float64(i/10))
	}
	for _, c := range []struct {
		from float64
		want int
	}{{-1, 0}, {0, 0}, {0.5, 10}, {1, 10}, {99, 990}, {99.5, 1000}, {math.Inf(1), 1000}} {
		if got := z.Search(func(_ string, s float64) bool { return s >= c.from }); got != c.want {
			t.Errorf("from %v: got %d, want %d", c.from, got, c.want)
		}
	}
}

func FuzzSorted(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 130, 250, 6, 3, 3})
	f.Fuzz(func(t *testing.T, in []byte) {
		var z collection.Sorted
		want := make(map[string]float64)
		for i := 0; i+1 < len(in); i += 2 {
			member := fmt.Sprint(in[i])
			if _, there := want[member]; in[i+1] > 200 {
				if z.Remove(member) != there {
					t.Fatalf("it is %v that %s was there", !there, member)
				}
				delete(want, member)
			} else {
				z.Set([]byte(member), float64(in[i+1]%8))
				want[member] = float64(in[i+1] % 8)
			}
		}
		checkSorted(t, &z, want)
	})
}
