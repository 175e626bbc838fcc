package broker

import (
	"cmp"
	"iter"
	"math"
	"slices"
)

// source is what one key brings to ZUNION and its relatives: a sorted set, or a
// set in which every score is 1.
type source struct {
	scored *sorted
	plain  *members // when scored is nil
	weight float64
	at     int // among the keys
}

func (s *source) len() int {
	if s.scored != nil {
		return s.scored.Len()
	}
	return s.plain.Len()
}

// score is that of one member, weighted.
func (s *source) score(member string) (score float64, ok bool) {
	if s.scored == nil {
		return s.weighted(1), s.plain.Has(member)
	}
	score, ok = s.scored.Score(member)
	return s.weighted(score), ok
}

func (s *source) all() iter.Seq2[string, float64] {
	return func(yield func(string, float64) bool) {
		for i := range s.len() {
			member, score := "", 1.0
			if s.scored != nil {
				member, score = s.scored.ByID(i)
			} else {
				member = s.plain.At(i)
			}
			if !yield(member, s.weighted(score)) {
				return
			}
		}
	}
}

func (s *source) weighted(score float64) float64 { return orZero(score * s.weight) }

// orZero is 0 for what is no number.
func orZero(f float64) float64 {
	if math.IsNaN(f) {
		return 0
	}
	return f
}

// aggregate makes one score of two.
type aggregate func(x, y float64) float64

func sum(x, y float64) float64 { return orZero(x + y) }

// sources returns what the keys hold.
func (c *client) sources(keys [][]byte) ([]*source, bool) {
	list := make([]*source, len(keys))
	for i, key := range keys {
		s := &source{at: i, weight: 1, plain: new(members)}
		if e := c.look(key); e != nil {
			switch v := e.value.(type) {
			case *sorted:
				s.scored = v
			case *members:
				s.plain = v
			default:
				c.errorText(errWrongType)
				return nil, false
			}
		}
		list[i] = s
	}
	return list, true
}

// bySize puts the smallest source first.
func bySize(list []*source) {
	slices.SortFunc(list, func(x, y *source) int { return cmp.Or(x.len()-y.len(), x.at-y.at) })
}

func zunionOf(result *sorted, list []*source, join aggregate) {
	bySize(list)
	for _, s := range list {
		for member, score := range s.all() {
			if was, ok := result.Score(member); ok {
				score = join(was, score)
			}
			result.Set([]byte(member), score)
		}
	}
}

func zinterOf(result *sorted, list []*source, join aggregate) {
	zintersect(list, join, func(member string, score float64) bool {
		result.Set([]byte(member), score)
		return true
	})
}

// zintersect finds what is in all sources, the smallest of which it goes
// through, until found returns false.
func zintersect(list []*source, join aggregate, found func(member string, score float64) bool) {
	bySize(list)
	for member, score := range list[0].all() {
		if score, ok := inAll(list[1:], member, score, join); ok && !found(member, score) {
			return
		}
	}
}

// inAll joins a score with those a member has in all other sources.
func inAll(others []*source, member string, score float64, join aggregate) (float64, bool) {
	for _, s := range others {
		other, ok := s.score(member)
		if !ok {
			return 0, false
		}
		score = join(score, other)
	}
	return score, true
}

func zdiffOf(result *sorted, list []*source) {
	for member, score := range list[0].all() {
		in := func(s *source) bool { _, ok := s.score(member); return ok }
		if !slices.ContainsFunc(list[1:], in) {
			result.Set([]byte(member), score)
		}
	}
}
