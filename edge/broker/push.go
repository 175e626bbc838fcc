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
	count := int64(1)
	if counted {
		var ok bool
		if count, ok = resp.ParseInt(args[2]); !ok || count < 0 {
			c.errorText(errNotPositive)
			return
		}
	}
	l, e, ok := held[*list](c, args[1])
	switch {
	case !ok:
	case e == nil && counted:
		c.nullArray()
	case e == nil:
		c.null()
	case counted:
		c.popInto(l, e, count, c.is(left))
	default:
		c.bulk(l.pop(c.is(left)))
		c.changed(e)
	}
}

// popInto replies an array of up to count elements that it takes.
func (c *client) popInto(l *list, e *entry, count int64, left bool) {
	n := int(min(count, int64(l.n)))
	c.array(n)
	for range n {
		c.bulk(l.pop(left))
	}
	if n > 0 {
		c.changed(e)
	}
}

// parseRange reads the two indices of a range, or replies the error.
func (c *client) parseRange(args [][]byte) (first, last int64, ok bool) {
	first, ok1 := resp.ParseInt(args[0])
	last, ok2 := resp.ParseInt(args[1])
	if !ok1 || !ok2 {
		c.errorText(errNotInt)
		return 0, 0, false
	}
	return first, last, true
}

func lrange(c *client, args [][]byte) {
	first, last, ok := c.parseRange(args[2:])
	if !ok {
		return
	}
	l, e, ok := held[*list](c, args[1])
	if !ok {
		return
	}
	if e == nil {
		c.array(0)
		return
	}
	from, to := span(first, last, l.n)
	c.array(to - from)
	for i := from; i < to; i++ {
		c.bulk(l.at(i))
	}
}

func ltrim(c *client, args [][]byte) {
	first, last, ok := c.parseRange(args[2:])
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
	i, ok := resp.ParseInt(args[2])
	if !ok {
		c.errorText(errNotInt)
		return
	}
	if i = within(i, int64(l.n)); i < 0 || i >= int64(l.n) {
		c.null()
		return
	}
	c.bulk(l.at(int(i)))
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
	i, ok := resp.ParseInt(args[2])
	if !ok {
		c.errorText(errNotInt)
		return
	}
	if i = within(i, int64(l.n)); i < 0 || i >= int64(l.n) {
		c.errorText("ERR index out of range")
		return
	}
	l.set(int(i), string(args[3]))
	c.changed(e)
	c.ok()
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
	pivot := string(args[3])
	for i := range l.n {
		if l.at(i) != pivot {
			continue
		}
		if !before {
			i++
		}
		l.insert(i, string(args[4]))
		c.changed(e)
		c.int(l.n)
		return
	}
	c.int(-1)
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
