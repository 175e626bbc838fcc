package broker

// zrangeQuery is a range of a sorted set as ZRANGE and its relatives ask for it.
type zrangeQuery struct {
	byScore, byName bool // what the bounds are; places otherwise
	rev             bool

	within     bounds
	withScores bool
	offset     int64
	limit      int64 // negative: none
}

// zrange replies a range.
func zrange(c *client, args [][]byte) {
	q, ok := c.parseZRange(args[1:])
	if !ok {
		return
	}
	z, ok := heldOrEmpty[sorted](c, args[1])
	if !ok {
		return
	}
	first, end := q.places(z)
	c.rangeHeader(end-first, q.withScores)
	q.each(z, first, end, func(member string, score float64) {
		c.ranged(member, score, q.withScores)
	})
}

func (c *client) rangeHeader(n int, withScores bool) {
	if withScores {
		c.pairList(n)
	} else {
		c.array(n)
	}
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
	q, ok := c.parseZRange(args[2:])
	if !ok {
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

// parseZRange reads a key, bounds and options, or replies the error.
func (c *client) parseZRange(args [][]byte) (q zrangeQuery, ok bool) {
	if !c.parseZRangeOptions(args[3:], &q) {
		return q, false
	}
	from, to := args[1], args[2]
	switch places := !q.byScore && !q.byName; {
	case places && q.limit != -1:
		c.errorText("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX")
	case q.withScores && q.byName:
		c.errorText("ERR syntax error, WITHSCORES not supported in combination with BYLEX")
	case places:
		q.offset = 0 // as LIMIT n -1 is let pass, and ignored
		q.within, ok = c.byPlace(from, to, q.rev)
	default:
		if q.rev { // then the upper bound comes first
			from, to = to, from
		}
		q.within, ok = c.between(from, to, q.byName)
	}
	return q, ok
}

func (c *client) parseZRangeOptions(args [][]byte, q *zrangeQuery) bool {
	q.limit = -1
	q.rev, q.byScore, q.byName = c.is(reverse), c.is(byScore), c.is(byName)
	free := c.is(optional)
	o := options{c: c, rest: args}
	for o.more() {
		switch {
		case !c.is(write) && o.take("WITHSCORES", 0):
			q.withScores = true
		case o.take("LIMIT", 2):
			q.offset, q.limit = o.number(errNotInt), o.number(errNotInt)
		case free && !q.rev && o.take("REV", 0):
			q.rev = true
		case free && !q.byScore && !q.byName && o.take("BYSCORE", 0):
			q.byScore = true
		case free && !q.byScore && !q.byName && o.take("BYLEX", 0):
			q.byName = true
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
