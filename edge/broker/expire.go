package broker

import (
	"math"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// expire is EXPIRE, PEXPIRE, EXPIREAT and PEXPIREAT.
func expire(c *client, args [][]byte) {
	cond, ok := c.parseConditions(args[3:])
	if !ok {
		return
	}
	at, ok := c.parseMoment(args[2], c.is(millis), c.is(absolute), math.MinInt64)
	if !ok {
		return
	}
	e := c.look(args[1])
	switch {
	case e == nil,
		cond.has(onlyNew) && e.expires != 0,
		cond.has(onlyOld) && e.expires == 0,
		cond.has(onlyGreater) && (e.expires == 0 || at <= e.expires),
		cond.has(onlyLess) && e.expires != 0 && at >= e.expires:
		c.int(0)
		return
	}
	c.expireAt(e, at)
	c.int(1)
}

// parseMoment reads a time of at least so much, or replies the error. It returns a
// moment of store.now, never 0, which is for ever.
func (c *client) parseMoment(arg []byte, millis, absolute bool, least int64) (at int64, ok bool) {
	n, ok := resp.ParseInt(arg)
	if !ok {
		c.errorText(errNotInt)
		return 0, false
	}
	s := &c.b.store
	unit, wall := timeUnit(millis), s.wall()
	base := -wall
	if !absolute {
		base = s.now()
	}
	if n < least || n > math.MaxInt64/unit || n < math.MinInt64/unit || !absolute && n*unit > math.MaxInt64-base-wall {
		c.errorf("ERR invalid expire time in '%s' command", c.last.name)
		return 0, false
	}
	if at = max(n*unit, math.MinInt64/2) + base; at <= 0 {
		at = -1
	}
	return at, true
}

// expireAt ends a key at a moment of store.now, which may be past.
func (c *client) expireAt(e *entry, at int64) {
	key := []byte(e.key)
	if c.b.store.loading {
		at = max(at, 1)
	} else if at <= c.b.store.now() {
		c.remove(e)
		c.effect("DEL", key)
		return
	}
	c.b.store.expire(e, at)
	c.changed(e)
	c.effect("PEXPIREAT", key).moment(at)
}

func (c *client) parseConditions(words [][]byte) (cond conditions, ok bool) {
	for _, word := range words {
		said := conditionOf(word)
		if said == 0 || said > onlyLess {
			c.errorf("ERR Unsupported option %s", word)
			return 0, false
		}
		cond |= said
	}
	switch {
	case cond.both(onlyNew, onlyOld|onlyGreater|onlyLess):
		c.errorText("ERR NX and XX, GT or LT options at the same time are not compatible")
	case cond.both(onlyGreater, onlyLess):
		c.errorText("ERR GT and LT options at the same time are not compatible")
	default:
		return cond, true
	}
	return 0, false
}

// timeUnit is how many milliseconds a time counts in.
func timeUnit(millis bool) int64 {
	if millis {
		return 1
	}
	return 1000
}

// ttl is TTL, PTTL, EXPIRETIME and PEXPIRETIME.
func ttl(c *client, args [][]byte) {
	unit := timeUnit(c.is(millis))
	s := &c.b.store
	e := c.look(args[1])
	switch {
	case e == nil:
		c.int(-2)
	case e.expires == 0:
		c.int(-1)
	case c.is(absolute):
		c.int64((e.expires + s.wall() + unit/2) / unit)
	default:
		c.int64((e.expires - s.now() + unit/2) / unit)
	}
}

func persist(c *client, args [][]byte) {
	e := c.look(args[1])
	if e == nil || e.expires == 0 {
		c.int(0)
		return
	}
	c.b.store.persist(e)
	c.changed(e)
	c.int(1)
}
