package broker

import (
	"cmp"
	"math"
	"slices"
)

// scores is what is combined, and what that makes: sorted sets, and sets, whose
// members all have a score of 1.
type scores interface {
	value
	ByID(i int) (member string, score float64)
	Score(member string) (score float64, ok bool)
	put(member string, score float64)
}

func (m *members) ByID(i int) (string, float64)        { return m.At(i), 1 }
func (m *members) Score(member string) (float64, bool) { return 1, m.Has(member) }
func (m *members) put(member string, _ float64)        { m.include(member) }
func (z *sorted) put(member string, score float64)     { z.Set([]byte(member), score) }

// source is what one key holds.
type source struct {
	is     scores
	weight float64
	at     int // among the keys
}

// combination is what SUNION, ZUNION and their relatives are asked for.
type combination struct {
	sources    []*source
	least      bool // of the scores of a member counts
	most       bool // does; neither: their sum
	withScores bool
	limit      int // of members; 0: none
}

// combine is SUNION, SINTER and SDIFF, ZUNION, ZINTER and ZDIFF, what stores their
// results, SINTERCARD and ZINTERCARD.
func combine(c *client, args [][]byte) {
	var q combination
	if !q.read(c, args) {
		return
	}
	z, result := new(sorted), scores(new(members))
	if c.last.group == sortedSets {
		result = z
	}
	if !c.is(gathers) {
		z.Spread() // as in Redis, where a negative zero would otherwise be lost
	}
	if c.is(unites | intersects) { // the smallest first, as Redis adds up scores
		slices.SortFunc(q.sources, func(x, y *source) int { return cmp.Or(x.is.Len()-y.is.Len(), x.at-y.at) })
	}
	if c.is(unites) {
		q.unite(result)
	} else {
		q.choose(result, c.is(intersects))
	}
	switch n := result.Len(); {
	case c.is(gathers):
		c.putResult(args[1], result)
	case c.is(counts):
		c.int(n)
	case result == z:
		c.ranged(z, z.Between(0, n), false, q.withScores)
	default:
		c.set(n)
		for i := range n {
			member, _ := result.ByID(i)
			c.bulk(member)
		}
	}
}

// unite makes result what is in any source.
func (q *combination) unite(result scores) {
	for _, s := range q.sources {
		for i := range s.is.Len() {
			member, score := s.is.ByID(i)
			score = orZero(score * s.weight)
			if was, ok := result.Score(member); ok {
				score = q.join(was, score)
			}
			result.put(member, score)
		}
	}
}

// choose makes result what is in the first source, and in all others or in none.
func (q *combination) choose(result scores, inAll bool) {
	first, others := q.sources[0], q.sources[1:]
members:
	for i := range first.is.Len() {
		member, score := first.is.ByID(i)
		score = orZero(score * first.weight)
		for _, s := range others {
			other, ok := s.is.Score(member)
			switch {
			case ok != inAll:
				continue members
			case ok:
				score = q.join(score, other*s.weight)
			}
		}
		if result.put(member, score); result.Len() == q.limit {
			return
		}
	}
}

// join makes one score of two.
func (q *combination) join(x, y float64) float64 {
	switch {
	case !q.least && !q.most:
		return orZero(x + y)
	case q.least && y < x, q.most && y > x:
		return y
	}
	return x
}

// orZero is 0 for what is no number.
func orZero(f float64) float64 {
	if math.IsNaN(f) {
		return 0
	}
	return f
}
