package broker

import (
	"math"
	"math/rand/v2"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// randomly is what HRANDFIELD, SRANDMEMBER and ZRANDMEMBER ask for.
type randomly struct {
	one        bool // and not as an array
	count      int64
	withValues bool
}

// parseRandomly reads what stands behind the key, or replies the error.
func (c *client) parseRandomly(args [][]byte) (r randomly, ok bool) {
	switch {
	case len(args) == 0:
		return randomly{one: true, count: 1}, true
	case c.last.group == sets && len(args) > 1:
		c.errorText(errSyntax)
		return r, false
	}
	values := "WITHVALUES"
	if c.last.group == sortedSets {
		values = "WITHSCORES"
	}
	r.count, ok = resp.ParseInt(args[0])
	r.withValues = len(args) > 1
	switch {
	case !ok:
		c.errorText(errNotInt)
		return r, false
	case r.count == math.MinInt64:
		c.errorf("ERR value is out of range, value must between %d and %d", int64(-math.MaxInt64), int64(math.MaxInt64))
		return r, false
	case len(args) > 2, r.withValues && !isWord(args[1], values):
		c.errorText(errSyntax)
		return r, false
	case r.withValues && max(r.count, -r.count) > math.MaxInt64/2:
		c.errorText("ERR value is out of range")
		return r, false
	}
	return r, true
}

// random is HRANDFIELD, SRANDMEMBER and ZRANDMEMBER.
func random(c *client, args [][]byte) {
	r, ok := c.parseRandomly(args[2:])
	if !ok {
		return
	}
	all, n, ok := c.elements(args[1])
	if !ok {
		return
	}
	p := pick(n, r.count)
	switch {
	case !r.one:
		c.listHeader(p.left, r.withValues)
	case n == 0:
		c.null()
	}
	z, scored := all.(*sorted)
	for p.left > 0 && c.hasRoom() {
		if scored { // Redis tells all of them backwards
			member, score := z.At(n - 1 - p.next())
			c.member(member, score, r.withValues)
			continue
		}
		name, value := all.visit(p.next())
		if r.withValues {
			c.pair()
		}
		c.bulk(name)
		if r.withValues {
			c.bulk(value)
		}
	}
}

// picks are indices of 0 to n-1, picked at random.
type picks struct {
	left  int // how many are still to be picked
	n     int
	all   bool         // of them, in order
	taken map[int]bool // those that are not to be picked again; nil: any may be
}

// pick picks so many different ones, in order when that is all of them, or -count
// of which some may be the same.
//
//go:noinline
func pick(n int, count int64) picks {
	switch {
	case n == 0:
		return picks{}
	case count < 0, count == 1:
		return picks{left: int(min(max(count, -count), math.MaxInt)), n: n}
	case count >= int64(n):
		return picks{left: n, n: n, all: true}
	}
	return picks{left: int(count), n: n, taken: make(map[int]bool, count)}
}

func (p *picks) next() int {
	p.left--
	switch {
	case p.all:
		return p.n - 1 - p.left
	case p.taken == nil:
		return rand.IntN(p.n)
	}
	last := p.n - 1 - p.left // Floyd's sampling
	i := rand.IntN(last + 1)
	if p.taken[i] {
		i = last
	}
	p.taken[i] = true
	return i
}
