package broker

// zquery is a range of a sorted set as ZRANGE and its relatives ask for it.
type zquery struct {
	zbounds
	rev        bool
	withScores bool
	offset     int64
	limit      int64 // negative: none
}

// zrange replies a range. ZRANGESTORE stores it.
func zrange(c *client, args [][]byte) {
	var q zquery
	from := args[1:]
	if c.is(gathers) {
		from = args[2:]
	}
	if !q.read(c, from) {
		return
	}
	z, ok := heldOr(c, from[0], &noSorted)
	if !ok {
		return
	}
	ids := q.ids(z)
	if !c.is(gathers) {
		c.ranged(z, ids, q.rev, q.withScores)
		return
	}
	result := new(sorted)
	for _, id := range ids {
		result.put(z.ByID(int(id)))
	}
	c.putResult(args[1], result)
}

// ranged replies members, from the last if backwards, with their scores if those
// are wanted.
func (c *client) ranged(z *sorted, ids []uint32, backwards, withScores bool) {
	c.listHeader(len(ids), withScores)
	for i := range ids {
		if backwards {
			i = len(ids) - 1 - i
		}
		member, score := z.ByID(int(ids[i]))
		c.member(member, score, withScores)
	}
}

// member replies one of a list, with its score if that is wanted.
func (c *client) member(member string, score float64, withScore bool) {
	if !withScore {
		c.bulk(member)
		return
	}
	c.pair()
	c.scored(member, score)
}

// read reads bounds and options, which stand behind a key, or replies the error.
func (q *zquery) read(c *client, args [][]byte) bool {
	q.limit = -1
	q.rev, q.by = c.is(reverse), c.last.flags&(byScore|byName)
	free := c.is(optional)
	o := options{c: c, rest: args[3:]}
	for o.more() {
		switch {
		case !c.is(gathers) && o.take("WITHSCORES", 0):
			q.withScores = true
		case o.take("LIMIT", 2):
			q.offset, q.limit = o.number(errNotInt), o.number(errNotInt)
		case free && !q.rev && o.take("REV", 0):
			q.rev = true
		case free && q.by == 0 && o.take("BYSCORE", 0):
			q.by = byScore
		case free && q.by == 0 && o.take("BYLEX", 0):
			q.by = byName
		default:
			o.fail(errSyntax)
		}
	}
	switch {
	case o.failed:
		return false
	case q.by == 0 && q.limit != -1:
		c.errorText("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX")
		return false
	case q.by == byName && q.withScores:
		c.errorText("ERR syntax error, WITHSCORES not supported in combination with BYLEX")
		return false
	}
	from, to := args[1], args[2]
	switch {
	case q.by == 0:
		q.offset = 0 // as LIMIT n -1 is let pass, and ignored
	case q.rev: // then the upper bound comes first
		from, to = to, from
	}
	return q.parse(c, from, to)
}

// ids returns those in the range, with its offset and limit, from the lowest.
func (q *zquery) ids(z *sorted) []uint32 {
	first, end := q.within(z)
	if q.rev && q.by == 0 {
		first, end = z.Len()-end, z.Len()-first
	}
	n := int64(end - first)
	skip := q.offset
	if skip < 0 || skip > n {
		skip = n
	}
	if n -= skip; q.limit >= 0 {
		n = min(n, q.limit)
	}
	if q.rev {
		end -= int(skip)
		return z.Between(end-int(n), end)
	}
	first += int(skip)
	return z.Between(first, first+int(n))
}
