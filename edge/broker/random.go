package broker

import (
	"iter"
	"math"
	"math/rand/v2"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// randomly is what HRANDFIELD asks for.
type randomly struct {
	one        bool // and not as an array
	count      int64
	withValues bool
}

// parseRandomly reads what stands behind the key, with the word that asks for
// values, or replies the error.
func (c *client) parseRandomly(args [][]byte, word string) (r randomly, ok bool) {
	if len(args) == 0 {
		return randomly{one: true, count: -1}, true
	}
	if r.count, ok = c.parsePicks(args[0]); !ok {
		return r, false
	}
	r.withValues = len(args) > 1
	switch {
	case len(args) > 2, r.withValues && !isWord(args[1], word):
		c.errorText(errSyntax)
		return r, false
	case r.withValues && max(r.count, -r.count) > math.MaxInt64/2:
		c.errorText("ERR value is out of range")
		return r, false
	}
	return r, true
}

// begin replies the header of the picks from n elements, and returns them.
func (r *randomly) begin(c *client, n int) iter.Seq[int] {
	switch {
	case !r.one:
		c.rangeHeader(picked(n, r.count), r.withValues)
	case n == 0:
		c.null()
	}
	return picks(n, r.count)
}

func hrandField(c *client, args [][]byte) {
	r, ok := c.parseRandomly(args[2:], "withvalues")
	if !ok {
		return
	}
	h, ok := heldOr(c, args[1], &noHash)
	if !ok {
		return
	}
	for i := range r.begin(c, h.Len()) {
		field, value := h.At(i)
		if r.withValues {
			c.pair()
		}
		c.bulk(field)
		if r.withValues {
			c.bulk(value)
		}
		if !c.hasRoom() {
			return
		}
	}
}

// parsePicks reads how many elements to pick, or replies the error.
func (c *client) parsePicks(arg []byte) (int64, bool) {
	n, ok := resp.ParseInt(arg)
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
//
//go:noinline
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
