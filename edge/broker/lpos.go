package broker

import "math"

// posOptions are those of LPOS.
type posOptions struct {
	rank    int64 // which match is the first to reply; negative from the end
	count   int64 // how many to reply; 0 = all; -1 = one, and not as an array
	longest int64 // how many elements to look at; 0 = all
}

func (c *client) parsePos(args [][]byte) (p posOptions, ok bool) {
	p = posOptions{rank: 1, count: -1}
	o := options{c: c, rest: args}
	for o.more() {
		switch {
		case o.take("RANK", 1):
			switch p.rank = o.number(errNotInt); p.rank {
			case math.MinInt64:
				p.rank = -1 // what Redis makes of it: it has no opposite
			case 0:
				o.fail("ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list")
			}
		case o.take("COUNT", 1):
			p.count = o.natural("ERR COUNT can't be negative")
		case o.take("MAXLEN", 1):
			p.longest = o.natural("ERR MAXLEN can't be negative")
		default:
			o.fail(errSyntax)
		}
	}
	return p, !o.failed
}

func lpos(c *client, args [][]byte) {
	o, ok := c.parsePos(args[3:])
	if !ok {
		return
	}
	l, ok := heldOr(c, args[1], &noList)
	if !ok {
		return
	}
	found := l.positions(string(args[2]), o)
	switch {
	case o.count >= 0:
		c.array(len(found))
		for _, i := range found {
			c.int(i)
		}
	case len(found) > 0:
		c.int(found[0])
	default:
		c.null()
	}
}

func (l *list) positions(s string, o posOptions) (found []int) {
	want := l.n
	if o.count != 0 {
		want = int(min(max(o.count, 1), int64(l.n)))
	}
	skip := max(o.rank, -o.rank) - 1
	for looked := 0; looked < l.n && len(found) < want; looked++ {
		if o.longest > 0 && int64(looked) >= o.longest {
			break
		}
		i := looked
		if o.rank < 0 {
			i = l.n - 1 - looked
		}
		switch {
		case l.at(i) != s:
		case skip > 0:
			skip--
		default:
			found = append(found, i)
		}
	}
	return found
}
