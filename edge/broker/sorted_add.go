package broker

import "math"

// zadd is ZADD and ZINCRBY.
func zadd(c *client, args [][]byte) {
	rest := args[2:]
	var cond conditions
	for len(rest) > 0 {
		said := conditionOf(rest[0])
		if said == 0 {
			break
		}
		cond |= said
		rest = rest[1:]
	}
	if c.is(updates) {
		cond |= increment
	}
	switch {
	case len(rest) == 0 || len(rest)%2 != 0:
		c.errorText(errSyntax)
	case cond.both(onlyNew, onlyOld):
		c.errorText("ERR XX and NX options at the same time are not compatible")
	case cond.both(onlyNew, onlyGreater|onlyLess), cond.both(onlyGreater, onlyLess):
		c.errorText("ERR GT, LT, and/or NX options at the same time are not compatible")
	case cond.has(increment) && len(rest) > 2:
		c.errorText("ERR INCR option supports a single increment-element pair")
	default:
		c.addScores(args[1], rest, cond)
	}
}

// addScores is ZADD of pairs of a score and a member.
func (c *client) addScores(key []byte, pairs [][]byte, cond conditions) {
	given := make([]float64, len(pairs)/2)
	o := options{c: c, rest: pairs}
	for i := range given {
		given[i] = o.float(errNotFloat)
		o.value() // the member
	}
	if o.failed {
		return
	}
	z, e, ok := held[*sorted](c, key)
	if !ok {
		return
	}
	if e == nil {
		z = new(sorted)
	}
	added, updated := 0, 0
	var score float64
	var done bool
	for i := range given {
		member := pairs[2*i+1]
		was, there := z.Score(string(member))
		score, done = cond.score(was, there, given[i])
		switch {
		case math.IsNaN(score):
			c.errorText("ERR resulting score is not a number (NaN)")
			return
		case !done:
			continue
		case !there:
			added++
		case score != was:
			updated++
		}
		z.Set(member, score)
	}
	if added+updated > 0 {
		if e == nil {
			e = c.create(key, z)
		}
		c.changed(e)
	}
	switch {
	case cond.has(increment) && done:
		c.double(score)
	case cond.has(increment):
		c.null()
	case cond.has(countChanged):
		c.int(added + updated)
	default:
		c.int(added)
	}
}

// score is what a member has then, and whether it is to be set.
func (cond conditions) score(was float64, there bool, given float64) (score float64, ok bool) {
	switch {
	case !there:
		return given, !cond.has(onlyOld)
	case cond.has(onlyNew):
		return was, false
	}
	score = given
	if cond.has(increment) {
		score += was
	}
	return score, (!cond.has(onlyGreater) || score > was) && (!cond.has(onlyLess) || score < was)
}
