package broker

// scale is what the bounds of a range are.
type scale uint8

const (
	anyScale scale = iota // what the options say, and places when they do not
	places
	scores
	lexical
)

// zrangeQuery is a range of a sorted set as ZRANGE and its relatives ask for it.
type zrangeQuery struct {
	scale  scale
	rev    bool
	mayRev bool // REV is an option
	store  bool // there is no WITHSCORES

	within     bounds
	withScores bool
	offset     int64
	limit      int64 // negative: none
}

func zrange(c *client, args [][]byte) { c.zrange(args[1:], zrangeQuery{mayRev: true}) }

func zrevRange(c *client, args [][]byte) { c.zrange(args[1:], zrangeQuery{scale: places, rev: true}) }

func zrangeByScore(c *client, args [][]byte) { c.zrange(args[1:], zrangeQuery{scale: scores}) }

func zrevRangeByScore(c *client, args [][]byte) {
	c.zrange(args[1:], zrangeQuery{scale: scores, rev: true})
}

func zrangeByLex(c *client, args [][]byte) { c.zrange(args[1:], zrangeQuery{scale: lexical}) }

func zrevRangeByLex(c *client, args [][]byte) {
	c.zrange(args[1:], zrangeQuery{scale: lexical, rev: true})
}

// zrange replies a range: args are the key, the two bounds, and options.
func (c *client) zrange(args [][]byte, q zrangeQuery) {
	if !c.parseZRange(args, &q) {
		return
	}
	z, ok := heldOrEmpty[sorted](c, args[0])
	if !ok {
		return
	}
	first, end := q.places(z)
	n := end - first
	if q.withScores {
		c.pairList(n)
	} else {
		c.array(n)
	}
	q.each(z, first, end, func(member string, score float64) {
		c.ranged(member, score, q.withScores)
	})
}

// ranged replies one member of a list, with its score if that is wanted.
func (c *client) ranged(member string, score float64, withScore bool) {
	if !withScore {
		c.bulk(member)
		return
	}
	c.pair()
	c.scored(member, score)
}

func zrangeStore(c *client, args [][]byte) {
	q := zrangeQuery{mayRev: true, store: true}
	if !c.parseZRange(args[2:], &q) {
		return
	}
	z, ok := heldOrEmpty[sorted](c, args[2])
	if !ok {
		return
	}
	result := new(sorted)
	first, end := q.places(z)
	q.each(z, first, end, func(member string, score float64) { result.Set([]byte(member), score) })
	c.putResult(args[1], result)
	c.int(result.Len())
}

// parseZRange reads the bounds and options behind a key, or replies the error.
func (c *client) parseZRange(args [][]byte, q *zrangeQuery) bool {
	if !c.parseZRangeOptions(args[3:], q) {
		return false
	}
	from, to := args[1], args[2]
	var ok bool
	switch {
	case q.scale <= places && q.limit != -1:
		c.errorText("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX")
	case q.withScores && q.scale == lexical:
		c.errorText("ERR syntax error, WITHSCORES not supported in combination with BYLEX")
	case q.scale <= places:
		q.offset = 0 // as LIMIT n -1 is let pass, and ignored
		q.within, ok = c.byPlace(from, to, q.rev)
	default:
		if q.rev { // then the upper bound comes first
			from, to = to, from
		}
		if q.scale == scores {
			q.within, ok = c.byScore(from, to)
		} else {
			q.within, ok = c.byName(from, to)
		}
	}
	return ok
}

func (c *client) parseZRangeOptions(args [][]byte, q *zrangeQuery) bool {
	q.limit = -1
	o := options{c: c, rest: args}
	for o.more() {
		switch {
		case !q.store && o.take("WITHSCORES", 0):
			q.withScores = true
		case o.take("LIMIT", 2):
			q.offset, q.limit = o.number(errNotInt), o.number(errNotInt)
		case q.mayRev && !q.rev && o.take("REV", 0):
			q.rev = true
		case q.scale == anyScale && o.take("BYSCORE", 0):
			q.scale = scores
		case q.scale == anyScale && o.take("BYLEX", 0):
			q.scale = lexical
		default:
			o.fail(errSyntax)
		}
	}
	return !o.failed
}

// places returns where the range is, with its offset and limit.
func (q *zrangeQuery) places(z *sorted) (first, end int) {
	first, end = q.within(z)
	n := int64(end - first)
	skip, take := q.offset, n
	if skip < 0 || skip > n {
		skip = n
	}
	if take -= skip; q.limit >= 0 {
		take = min(take, q.limit)
	}
	if q.rev {
		end -= int(skip)
		return end - int(take), end
	}
	first += int(skip)
	return first, first + int(take)
}

// each goes through places of z, in the order of the range.
func (q *zrangeQuery) each(z *sorted, first, end int, visit func(member string, score float64)) {
	n, from := end-first, first
	if q.rev {
		from = end - 1
	}
	for member, score := range z.From(from, q.rev) {
		if n == 0 {
			return
		}
		visit(member, score)
		n--
	}
}
