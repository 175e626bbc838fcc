package broker

import (
	"slices"
	"time"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// bpop is BLPOP, BRPOP, BZPOPMIN and BZPOPMAX.
func bpop(c *client, args [][]byte) {
	last := len(args) - 1
	if wait, ok := c.parseTimeout(args[last]); ok {
		c.popFirst(args[1:last], wait, 0, c.is(left))
	}
}

// mpop is LMPOP, BLMPOP, ZMPOP and BZMPOP.
func mpop(c *client, args [][]byte) {
	keys, left, count, ok := c.parseMPop(args[c.last.keys.countAt:])
	var wait time.Duration
	if ok && c.is(blocking) {
		wait, ok = c.parseTimeout(args[1])
	}
	if ok {
		c.popFirst(keys, wait, count, left)
	}
}

// parseMPop reads the number of keys, the keys, the end to pop from, and a count,
// or replies the error.
func (c *client) parseMPop(args [][]byte) (keys [][]byte, left bool, count int64, ok bool) {
	n, ok := resp.ParseInt(args[0])
	args = args[1:]
	switch {
	case !ok || n < 1:
		c.errorText("ERR numkeys should be greater than 0")
		return nil, false, 0, false
	case n >= int64(len(args)):
		c.errorText(errSyntax)
		return nil, false, 0, false
	}
	keys, args = args[:n], args[n:]
	first, last := "LEFT", "RIGHT"
	if c.last.group == sortedSets {
		first, last = "MIN", "MAX"
	}
	if left, ok = c.choose(args[0], first, last); !ok {
		return nil, false, 0, false
	}
	o := options{c: c, rest: args[1:]}
	for o.more() {
		if count > 0 || !o.take("COUNT", 1) {
			o.fail(errSyntax)
			break
		}
		const problem = "ERR count should be greater than 0"
		if count = o.number(problem); count < 1 {
			o.fail(problem)
		}
	}
	return keys, left, max(count, 1), !o.failed
}

// popFirst pops from the first of the keys that has something. A blocking command
// waits for one otherwise.
func (c *client) popFirst(keys [][]byte, wait time.Duration, count int64, left bool) {
	take := func(key []byte) bool { return c.popFrom(key, count, left) }
	switch {
	case slices.ContainsFunc(keys, take):
	case c.is(blocking):
		c.waitFor(keys, wait, take)
	default:
		c.nullArray()
	}
}

// popFrom replies what one key has for BLPOP and BZPOPMIN, when count is 0, or for
// LMPOP and ZMPOP; false means nothing, and no reply.
func (c *client) popFrom(key []byte, count int64, left bool) bool {
	e, ok := c.own(key)
	if e == nil {
		return !ok
	}
	n := int(min(max(count, 1), int64(e.value.Len())))
	z, scored := e.value.(*sorted)
	if scored && count == 0 {
		c.array(3)
	} else {
		c.array(2)
	}
	c.bytes(key)
	if count > 0 {
		c.array(n)
	}
	if scored {
		for range n {
			if count > 0 {
				c.array(2)
			}
			c.scored(z.pop(left))
		}
		c.changed(e)
	} else {
		c.popElements(e.value.(*list), e, n, left)
	}
	var name string
	switch {
	case scored && left:
		name = "ZPOPMIN"
	case scored:
		name = "ZPOPMAX"
	case left:
		name = "LPOP"
	default:
		name = "RPOP"
	}
	c.effect(name, key).int(int64(n))
	return true
}

// waitFor is block for commands that go on waiting while a key holds something that
// is not for their group.
func (c *client) waitFor(keys [][]byte, wait time.Duration, take func(key []byte) bool) {
	group := c.last.group
	c.block(keys, wait, func(key []byte) bool {
		e := c.b.store.get(c.db, key)
		return e != nil && groupOf(e.value) == group && take(key)
	}, c.nullArray)
}
