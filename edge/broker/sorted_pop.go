package broker

// zpop is ZPOPMIN and ZPOPMAX.
func zpop(c *client, args [][]byte) {
	count, ok := c.parsePop(args)
	if !ok {
		return
	}
	z, e, ok := held[*sorted](c, args[1])
	if !ok {
		return
	}
	n := 0
	if e != nil {
		n = int(min(count, int64(z.Len())))
	}
	if len(args) == 2 {
		c.array(2 * n)
	} else {
		c.pairList(n)
	}
	for range n {
		if len(args) == 3 {
			c.pair()
		}
		c.scored(z.pop(c.is(left)))
	}
	if n > 0 {
		c.changed(e)
	}
}

// pop takes the member with the lowest or the highest score out.
func (z *sorted) pop(lowest bool) (member string, score float64) {
	place := 0
	if !lowest {
		place = z.Len() - 1
	}
	member, score = z.At(place)
	z.RemoveAt(place)
	return member, score
}

// scored replies a member and its score.
func (c *client) scored(member string, score float64) {
	c.bulk(member)
	c.double(score)
}
