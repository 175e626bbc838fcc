package broker

import (
	"math"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// The commands on one list that do not wait.

// push is LPUSH, RPUSH, LPUSHX and RPUSHX.
func push(c *client, args [][]byte) {
	l, e, ok := held[*list](c, args[1])
	if !ok {
		return
	}
	if e == nil {
		if !c.is(create) {
			c.int(0)
			return
		}
		l = new(list)
		e = c.create(args[1], l)
	}
	for _, a := range args[2:] {
		l.push(c.is(left), string(a))
	}
	c.changed(e)
	c.int(l.n)
}

// pop is LPOP and RPOP.
func pop(c *client, args [][]byte) {
	if len(args) > 3 {
		c.wrongArity(c.last)
		return
	}
	counted := len(args) == 3
	count, ok := c.parsePop(args)
	if !ok {
		return
	}
	l, e, ok := held[*list](c, args[1])
	switch {
	case !ok:
	case e != nil:
		n := int(min(count, int64(l.n)))
		if counted {
			c.array(n)
		}
		c.popElements(l, e, n, c.is(left))
	case counted:
		c.nullArray()
	default:
		c.null()
	}
}

// popElements replies n elements that it takes.
func (c *client) popElements(l *list, e *entry, n int, left bool) {
	for range n {
		c.bulk(l.pop(left))
	}
	if n > 0 {
		c.changed(e)
	}
}

// parseRange reads the two indices of a range, or replies the error.
func (c *client) parseRange(from, to []byte) (first, last int64, ok bool) {
	first, ok1 := resp.ParseInt(from)
	last, ok2 := resp.ParseInt(to)
	if !ok1 || !ok2 {
		c.errorText(errNotInt)
		return 0, 0, false
	}
	return first, last, true
}

func lrange(c *client, args [][]byte) {
	first, last, ok := c.parseRange(args[2], args[3])
	if !ok {
		return
	}
	l, ok := heldOr(c, args[1], &noList)
	if !ok {
		return
	}
	from, to := span(first, last, l.n)
	c.array(to - from)
	for i := from; i < to; i++ {
		c.bulk(l.at(i))
	}
}

func ltrim(c *client, args [][]byte) {
	first, last, ok := c.parseRange(args[2], args[3])
	if !ok {
		return
	}
	l, e, ok := held[*list](c, args[1])
	if !ok {
		return
	}
	if e != nil {
		l.trim(span(first, last, l.n))
		c.changed(e)
	}
	c.ok()
}

func lindex(c *client, args [][]byte) {
	l, e, ok := held[*list](c, args[1])
	switch {
	case !ok:
		return
	case e == nil:
		c.null()
		return
	}
	switch i, ok := c.parseIndex(args[2], l.n); {
	case !ok:
	case i < 0:
		c.null()
	default:
		c.bulk(l.at(i))
	}
}

// parseIndex reads the index of one of n elements, or replies the error. It is
// negative when there is no such element.
func (c *client) parseIndex(arg []byte, n int) (i int, ok bool) {
	index, ok := resp.ParseInt(arg)
	if !ok {
		c.errorText(errNotInt)
		return 0, false
	}
	if index = within(index, int64(n)); index >= int64(n) {
		return -1, true
	}
	return int(max(index, -1)), true
}

func lset(c *client, args [][]byte) {
	l, e, ok := held[*list](c, args[1])
	switch {
	case !ok:
		return
	case e == nil:
		c.errorText(errNoKey)
		return
	}
	switch i, ok := c.parseIndex(args[2], l.n); {
	case !ok:
	case i < 0:
		c.errorText("ERR index out of range")
	default:
		l.set(i, string(args[3]))
		c.changed(e)
		c.ok()
	}
}

func linsert(c *client, args [][]byte) {
	before, ok := c.choose(args[2], "BEFORE", "AFTER")
	if !ok {
		return
	}
	l, e, ok := held[*list](c, args[1])
	switch {
	case !ok:
		return
	case e == nil:
		c.int(0)
		return
	}
	found := l.positions(string(args[3]), posOptions{rank: 1, count: -1})
	if found == nil {
		c.int(-1)
		return
	}
	i := found[0]
	if !before {
		i++
	}
	l.insert(i, string(args[4]))
	c.changed(e)
	c.int(l.n)
}

func lrem(c *client, args [][]byte) {
	count, ok := resp.ParseInt(args[2])
	if !ok {
		c.errorText(errNotInt)
		return
	}
	l, e, ok := held[*list](c, args[1])
	switch {
	case !ok:
		return
	case e == nil:
		c.int(0)
		return
	}
	limit := l.n
	if count != 0 && count > math.MinInt64 {
		limit = int(min(max(count, -count), int64(l.n)))
	}
	removed := l.remove(string(args[3]), limit, count >= 0)
	if removed > 0 {
		c.changed(e)
	}
	c.int(removed)
}
