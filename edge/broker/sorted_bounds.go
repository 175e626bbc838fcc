package broker

import (
	"strings"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// bounds finds the places of a sorted set between two bounds: first to end-1.
type bounds func(z *sorted) (first, end int)

// byScore reads bounds such as 1, (1 and +inf, or replies the error.
func (c *client) byScore(from, to []byte) (bounds, bool) {
	low, lowOpen, ok1 := parseBound(from)
	high, highOpen, ok2 := parseBound(to)
	if !ok1 || !ok2 {
		c.errorText("ERR min or max is not a float")
		return nil, false
	}
	return func(z *sorted) (first, end int) {
		first = z.SearchFunc(func(_ string, score float64) bool {
			return score > low || score == low && !lowOpen
		})
		end = z.SearchFunc(func(_ string, score float64) bool {
			return score > high || score == high && highOpen
		})
		return first, max(first, end)
	}, true
}

// parseBound reads a bound as C's strtod does, which takes nothing for 0 and
// skips blanks.
func parseBound(arg []byte) (score float64, open, ok bool) {
	s := cString(arg, len(arg))
	s, open = strings.CutPrefix(s, "(")
	if s == "" {
		return 0, open, true
	}
	score, _, ok = parseFloat(strings.TrimLeft(s, " \t\n\v\f\r"))
	return score, open, ok
}

// byName reads bounds such as [a, (a, - and +, or replies the error. They are
// for sets in which all scores are the same.
func (c *client) byName(from, to []byte) (bounds, bool) {
	low, ok1 := parseNameBound(from)
	high, ok2 := parseNameBound(to)
	if !ok1 || !ok2 {
		c.errorText("ERR min or max not valid string range item")
		return nil, false
	}
	return func(z *sorted) (first, end int) {
		first = z.SearchFunc(func(member string, _ float64) bool { return low.before(member, !low.open) })
		end = z.SearchFunc(func(member string, _ float64) bool { return high.before(member, high.open) })
		return first, max(first, end)
	}, true
}

// nameBound is a member, or it is before or behind all.
type nameBound struct {
	name string
	open bool // the member itself is out
	side int  // -1 before all, 1 behind all
}

func parseNameBound(arg []byte) (b nameBound, ok bool) {
	switch s := string(arg); {
	case s == "-":
		return nameBound{side: -1}, true
	case s == "+":
		return nameBound{side: 1}, true
	case s != "" && (s[0] == '[' || s[0] == '('):
		return nameBound{name: s[1:], open: s[0] == '('}, true
	}
	return b, false
}

// before reports whether the bound is before member, or at it if that counts.
func (b nameBound) before(member string, at bool) bool {
	switch {
	case b.side != 0:
		return b.side < 0
	case at && member == b.name:
		return true
	}
	return member > b.name
}

// byPlace reads places, which count from the end where they are negative, or
// replies the error. When rev is set places are those of the reverse order.
func (c *client) byPlace(from, to []byte, rev bool) (bounds, bool) {
	start, ok1 := resp.ParseInt(from)
	stop, ok2 := resp.ParseInt(to)
	if !ok1 || !ok2 {
		c.errorText(errNotInt)
		return nil, false
	}
	return func(z *sorted) (first, end int) {
		size := int64(z.Len())
		start, stop := start, stop
		if start < 0 {
			start = max(start+size, 0)
		}
		if stop < 0 {
			stop += size
		}
		stop = min(stop, size-1)
		switch {
		case start > stop:
			return 0, 0
		case rev:
			start, stop = size-1-stop, size-1-start
		}
		return int(start), int(stop + 1)
	}, true
}

// zcount is ZCOUNT and ZLEXCOUNT.
func zcount(c *client, args [][]byte) {
	within, ok := c.between(args[2], args[3], c.is(byName))
	if !ok {
		return
	}
	if z, ok := heldOrEmpty[sorted](c, args[1]); ok {
		first, end := within(z)
		c.int(end - first)
	}
}

// between is byScore or byName.
func (c *client) between(from, to []byte, byName bool) (bounds, bool) {
	if byName {
		return c.byName(from, to)
	}
	return c.byScore(from, to)
}

// zremRange is ZREMRANGEBYRANK, ZREMRANGEBYSCORE and ZREMRANGEBYLEX.
func zremRange(c *client, args [][]byte) {
	var within bounds
	var ok bool
	if c.is(byScore | byName) {
		within, ok = c.between(args[2], args[3], c.is(byName))
	} else {
		within, ok = c.byPlace(args[2], args[3], false)
	}
	if !ok {
		return
	}
	z, e, ok := held[*sorted](c, args[1])
	if !ok {
		return
	}
	n := 0
	if e != nil {
		first, end := within(z)
		for n = end - first; end > first; end-- {
			z.RemoveAt(end - 1)
		}
	}
	if n > 0 {
		c.changed(e)
	}
	c.int(n)
}
