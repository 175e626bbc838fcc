package broker

import "strings"

// border is a bound of a range of a sorted set: a score, or a name where all
// scores are the same.
type border struct {
	score  float64
	name   string
	byName bool
	behind bool // the range begins, or ends, behind what has that score or name
	side   int  // -1: before all; 1: behind all
}

// in returns the place of the border.
func (b *border) in(z *sorted) int {
	switch b.side {
	case -1:
		return 0
	case 1:
		return z.Len()
	}
	return z.Search(func(member string, score float64) bool {
		if b.byName {
			return member > b.name || member == b.name && !b.behind
		}
		return score > b.score || score == b.score && !b.behind
	})
}

// parse reads a bound for a range that begins there: a score such as 1, (1 or
// +inf, or a name such as [a, (a, - or +. False is what it cannot read.
func (b *border) parse(arg []byte) (ok bool) {
	if !b.byName {
		// As C's strtod does, it takes nothing for 0 and skips blanks.
		s, open := strings.CutPrefix(cString(arg, len(arg)), "(")
		if b.behind = open; s == "" {
			return true
		}
		b.score, _, ok = parseFloat(strings.TrimLeft(s, " \t\n\v\f\r"))
		return ok
	}
	switch s := string(arg); {
	case s == "-":
		b.side = -1
	case s == "+":
		b.side = 1
	case strings.HasPrefix(s, "["), strings.HasPrefix(s, "("):
		b.name, b.behind = s[1:], s[0] == '('
	default:
		return false
	}
	return true
}

// zbounds are two bounds of a sorted set.
type zbounds struct {
	by          flag // byScore or byName; 0: places
	low, high   border
	first, last int64 // places, from the end where they are negative
}

// parse reads the bounds, or replies the error.
func (b *zbounds) parse(c *client, from, to []byte) (ok bool) {
	if b.by == 0 {
		b.first, b.last, ok = c.parseRange(from, to)
		return ok
	}
	b.low.byName = b.by == byName
	b.high.byName = b.low.byName
	switch {
	case b.low.parse(from) && b.high.parse(to):
		b.high.behind = !b.high.behind
		return true
	case b.low.byName:
		c.errorText("ERR min or max not valid string range item")
	default:
		c.errorText("ERR min or max is not a float")
	}
	return false
}

// within returns the places between the bounds: first to end-1.
func (b *zbounds) within(z *sorted) (first, end int) {
	if b.by == 0 {
		return span(b.first, b.last, z.Len())
	}
	first = b.low.in(z)
	return first, max(first, b.high.in(z))
}

// zcount is ZCOUNT and ZLEXCOUNT.
func zcount(c *client, args [][]byte) {
	b := zbounds{by: c.last.flags & (byScore | byName)}
	if !b.parse(c, args[2], args[3]) {
		return
	}
	if z, ok := heldOr(c, args[1], &noSorted); ok {
		first, end := b.within(z)
		c.int(end - first)
	}
}

// zremRange is ZREMRANGEBYRANK, ZREMRANGEBYSCORE and ZREMRANGEBYLEX.
func zremRange(c *client, args [][]byte) {
	b := zbounds{by: c.last.flags & (byScore | byName)}
	if !b.parse(c, args[2], args[3]) {
		return
	}
	z, e, ok := held[*sorted](c, args[1])
	if !ok {
		return
	}
	n := 0
	if e != nil {
		first, end := b.within(z)
		for n = end - first; end > first; end-- {
			z.RemoveAt(end - 1)
		}
	}
	if n > 0 {
		c.changed(e)
	}
	c.int(n)
}
