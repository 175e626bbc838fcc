package collection_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/daebus/daebus-go/edge/broker/internal/collection"
)

// One op is a new score for one of so many members.
func BenchmarkSortedSet(b *testing.B) {
	for _, n := range []int{100, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var z collection.Sorted
			names := make([][]byte, n)
			for i := range names {
				names[i] = fmt.Append(nil, "member:", i)
				z.Set(names[i], float64(i))
			}
			b.ReportAllocs()
			rnd := rand.New(rand.NewPCG(1, 2))
			for b.Loop() {
				z.Set(names[rnd.IntN(n)], float64(rnd.IntN(n)))
			}
		})
	}
}

// One op is the place of one of so many members.
func BenchmarkSortedPlace(b *testing.B) {
	for _, n := range []int{100, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var z collection.Sorted
			names := make([]string, n)
			for i := range names {
				names[i] = fmt.Sprint("member:", i)
				z.Set([]byte(names[i]), float64(i%1000))
			}
			b.ReportAllocs()
			rnd := rand.New(rand.NewPCG(1, 2))
			for b.Loop() {
				z.Place(names[rnd.IntN(n)])
			}
		})
	}
}
