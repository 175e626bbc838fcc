package broker

import (
	"iter"
	"math"
	"math/rand/v2"
	"strings"
)

// sample is a collection that HRANDFIELD and ZRANDMEMBER pick from: of n
// elements, reply replies one, with its value if that is wanted.
type sample struct {
	n     int
	reply func(i int, withValue bool)
}

// random is HRANDFIELD and ZRANDMEMBER, with the word that asks for values. The
// collection is opened once the arguments are found right.
func (c *client) random(args [][]byte, word string, open func() (sample, bool)) {
	if len(args) == 2 {
		s, ok := open()
		switch {
		case !ok:
		case s.n == 0:
			c.null()
		default:
			s.reply(rand.IntN(s.n), false)
		}
		return
	}
	count, ok := c.parsePicks(args[2])
	if !ok {
		return
	}
	withValues := len(args) > 3
	if len(args) > 4 || withValues && !strings.EqualFold(string(args[3]), word) {
		c.errorText(errSyntax)
		return
	}
	if withValues && (count < -math.MaxInt64/2 || count > math.MaxInt64/2) {
		c.errorText("ERR value is out of range")
		return
	}
	s, ok := open()
	if !ok {
		return
	}
	begin := c.array
	if withValues {
		begin = c.pairList
	}
	begin(picked(s.n, count))
	for i := range picks(s.n, count) {
		if withValues {
			c.pair()
		}
		if s.reply(i, withValues); !c.hasRoom() {
			return
		}
	}
}

// parsePicks reads how many elements to pick, or replies the error.
func (c *client) parsePicks(arg []byte) (int64, bool) {
	n, ok := parseInt(arg)
	switch {
	case !ok:
		c.errorText(errNotInt)
	case n == math.MinInt64:
		c.errorf("ERR value is out of range, value must between %d and %d", int64(-math.MaxInt64), int64(math.MaxInt64))
		return 0, false
	}
	return n, ok
}

// picked is how many picks there are.
func picked(n int, count int64) int {
	switch {
	case n == 0:
		return 0
	case count < 0:
		return int(min(-count, math.MaxInt))
	}
	return int(min(count, int64(n)))
}

// picks goes through so many different ones of 0 to n-1, in order when that is
// all of them, or through -count of which some may be the same.
func picks(n int, count int64) iter.Seq[int] {
	return func(yield func(int) bool) {
		switch k := picked(n, count); {
		case count < 0:
			for ; k > 0 && yield(rand.IntN(n)); k-- {
			}
		case k == n:
			for i := 0; i < n && yield(i); i++ {
			}
		default: // Floyd's sampling
			taken := make(map[int]bool, k)
			for i := n - k; i < n; i++ {
				pick := rand.IntN(i + 1)
				if taken[pick] {
					pick = i
				}
				taken[pick] = true
				if !yield(pick) {
					return
				}
			}
		}
	}
}
