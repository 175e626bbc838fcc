package broker

import (
	"strings"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

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

// parseScoreBorder reads a score such as 1, (1 or +inf, for a range that begins
// there. As C's strtod does, it takes nothing for 0 and skips blanks.
func parseScoreBorder(arg []byte) (b border, ok bool) {
	s := cString(arg, len(arg))
	s, b.behind = strings.CutPrefix(s, "(")
	if s == "" {
		return b, true
	}
	b.score, _, ok = parseFloat(strings.TrimLeft(s, " \t\n\v\f\r"))
	return b, ok
}

// parseNameBorder reads [a, (a, - or +, for a range that begins there.
func parseNameBorder(arg []byte) (b border, ok bool) {
	b.byName = true
	s := string(arg)
	switch {
	case s == "":
		return b, false
	case s == "-":
		b.side = -1
	case s == "+":
		b.side = 1
	case s[0] == '[' || s[0] == '(':
		b.name, b.behind = s[1:], s[0] == '('
	default:
		return b, false
	}
	return b, true
}

// zbounds are two bounds of a sorted set.
type zbounds struct {
	by          flag // byScore or byName; 0: places
	low, high   border
	first, last int64 // places, from the end where they are negative
}

// parse reads the bounds, or replies the error.
func (b *zbounds) parse(c *client, from, to []byte) bool {
	var ok1, ok2 bool
	var problem string
	switch b.by {
	case byScore:
		b.low, ok1 = parseScoreBorder(from)
		b.high, ok2 = parseScoreBorder(to)
		problem = "ERR min or max is not a float"
	case byName:
		b.low, ok1 = parseNameBorder(from)
		b.high, ok2 = parseNameBorder(to)
		problem = "ERR min or max not valid string range item"
	default:
		b.first, ok1 = resp.ParseInt(from)
		b.last, ok2 = resp.ParseInt(to)
		problem = errNotInt
	}
	if !ok1 || !ok2 {
		c.errorText(problem)
		return false
	}
	b.high.behind = !b.high.behind
	return true
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
