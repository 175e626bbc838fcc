package broker

import (
	"math"
	"strconv"
	"strings"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// expire is EXPIRE, PEXPIRE, EXPIREAT and PEXPIREAT.
func expire(c *client, args [][]byte) {
	nx, xx, gt, lt, ok := c.parseExpireFlags(args[3:])
	if !ok {
		return
	}
	n, ok := resp.ParseInt(args[2])
	if !ok {
		c.errorText(errNotInt)
		return
	}
	s := &c.b.store
	unit, absolute := c.unit(), c.is(absolute)
	base := -s.wall()
	if !absolute {
		base = s.now()
	}
	if n > math.MaxInt64/unit || n < math.MinInt64/unit || !absolute && n*unit > math.MaxInt64-base-s.wall() {
		c.badExpiry()
		return
	}
	at := max(n*unit, math.MinInt64/2) + base
	e := c.look(args[1])
	switch {
	case e == nil,
		nx && e.expires != 0,
		xx && e.expires == 0,
		gt && (e.expires == 0 || at <= e.expires),
		lt && e.expires != 0 && at >= e.expires:
		c.int(0)
		return
	}
	c.expireAt(e, at)
	c.int(1)
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
	c.effect("PEXPIREAT", key, c.moment(at))
}

// moment is a moment of store.now by the wall clock, as a word of the log.
func (c *client) moment(at int64) []byte {
	if c.b.journal == nil {
		return nil
	}
	return number(at + c.b.store.wall())
}

// number is n as a word.
//
//go:noinline
func number(n int64) []byte { return strconv.AppendInt(nil, n, 10) }

func (c *client) parseExpireFlags(args [][]byte) (nx, xx, gt, lt, ok bool) {
	for _, a := range args {
		switch strings.ToLower(string(a)) {
		case "nx":
			nx = true
		case "xx":
			xx = true
		case "gt":
			gt = true
		case "lt":
			lt = true
		default:
			c.errorf("ERR Unsupported option %s", a)
			return
		}
	}
	switch {
	case nx && (xx || gt || lt):
		c.errorText("ERR NX and XX, GT or LT options at the same time are not compatible")
	case gt && lt:
		c.errorText("ERR GT and LT options at the same time are not compatible")
	default:
		ok = true
	}
	return
}

// unit is how many milliseconds the command counts in.
func (c *client) unit() int64 {
	if c.is(millis) {
		return 1
	}
	return 1000
}

// ttl is TTL, PTTL, EXPIRETIME and PEXPIRETIME.
func ttl(c *client, args [][]byte) {
	unit := c.unit()
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
