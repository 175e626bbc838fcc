package broker

import "math"

// zaddOptions say which members ZADD changes, and what it replies.
type zaddOptions struct {
	nx, xx, gt, lt bool
	ch             bool // reply how many changed, not how many are new
	incr           bool // the score is an increment; reply the new one
}

func zadd(c *client, args [][]byte)    { c.zadd(args, zaddOptions{}) }
func zincrBy(c *client, args [][]byte) { c.zadd(args, zaddOptions{incr: true}) }

func (c *client) zadd(args [][]byte, o zaddOptions) {
	rest := args[2:]
	for len(rest) > 0 && o.take(rest[0]) {
		rest = rest[1:]
	}
	switch {
	case len(rest) == 0 || len(rest)%2 != 0:
		c.errorText(errSyntax)
	case o.nx && o.xx:
		c.errorText("ERR XX and NX options at the same time are not compatible")
	case o.gt && o.nx || o.lt && o.nx || o.gt && o.lt:
		c.errorText("ERR GT, LT, and/or NX options at the same time are not compatible")
	case o.incr && len(rest) > 2:
		c.errorText("ERR INCR option supports a single increment-element pair")
	default:
		c.addScores(args[1], rest, o)
	}
}

// take reads an option, and returns false when it is none.
func (o *zaddOptions) take(word []byte) bool {
	switch {
	case isWord(word, "NX"):
		o.nx = true
	case isWord(word, "XX"):
		o.xx = true
	case isWord(word, "GT"):
		o.gt = true
	case isWord(word, "LT"):
		o.lt = true
	case isWord(word, "CH"):
		o.ch = true
	case isWord(word, "INCR"):
		o.incr = true
	default:
		return false
	}
	return true
}

// addScores is ZADD of pairs of a score and a member.
func (c *client) addScores(key []byte, pairs [][]byte, o zaddOptions) {
	given := make([]float64, len(pairs)/2)
	for i := range given {
		var ok bool
		if given[i], ok = c.parseScore(pairs[2*i]); !ok {
			return
		}
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
		score, done = o.score(was, there, given[i])
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
	case o.incr && done:
		c.double(score)
	case o.incr:
		c.null()
	case o.ch:
		c.int(added + updated)
	default:
		c.int(added)
	}
}

// score is what a member has then, and whether it is to be set.
func (o *zaddOptions) score(was float64, there bool, given float64) (score float64, ok bool) {
	switch {
	case !there:
		return given, !o.xx
	case o.nx:
		return was, false
	}
	score = given
	if o.incr {
		score += was
	}
	return score, (!o.gt || score > was) && (!o.lt || score < was)
}
