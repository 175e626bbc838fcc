package broker

import (
	"math"
	"strings"
)

func del(c *client, args [][]byte) {
	n := 0
	for _, key := range args[1:] {
		if e := c.b.store.get(c.db, key); e != nil {
			c.remove(e)
			n++
		}
	}
	c.int(n)
}

func exists(c *client, args [][]byte) {
	n := 0
	for _, key := range args[1:] {
		if c.look(key) != nil {
			n++
		}
	}
	c.int(n)
}

func typeOf(c *client, args [][]byte) {
	if e := c.b.store.get(c.db, args[1]); e != nil {
		c.simple(e.value.kind())
		return
	}
	c.simple("none")
}

func ttl(c *client, args [][]byte)  { c.replyTTL(args[1], true) }
func pttl(c *client, args [][]byte) { c.replyTTL(args[1], false) }

func (c *client) replyTTL(key []byte, seconds bool) {
	e := c.look(key)
	switch {
	case e == nil:
		c.int(-2)
	case e.expires == 0:
		c.int(-1)
	case seconds:
		c.int64((e.expires - c.b.store.now() + 500) / 1000)
	default:
		c.int64(e.expires - c.b.store.now())
	}
}

func expire(c *client, args [][]byte)  { c.setTTL("expire", args, 1000) }
func pexpire(c *client, args [][]byte) { c.setTTL("pexpire", args, 1) }

// setTTL is EXPIRE and PEXPIRE, with a time in units of so many milliseconds.
func (c *client) setTTL(command string, args [][]byte, unit int64) {
	nx, xx, gt, lt, ok := c.parseExpireFlags(args[3:])
	if !ok {
		return
	}
	n, ok := parseInt(args[2])
	if !ok {
		c.errorText(errNotInt)
		return
	}
	s := &c.b.store
	if n > math.MaxInt64/unit || n < math.MinInt64/unit || n*unit > math.MaxInt64-s.now()-s.wall() {
		c.badExpiry(command)
		return
	}
	at := s.now() + n*unit
	e := s.get(c.db, args[1])
	switch {
	case e == nil,
		nx && e.expires != 0,
		xx && e.expires == 0,
		gt && (e.expires == 0 || at <= e.expires),
		lt && e.expires != 0 && at >= e.expires:
		c.int(0)
		return
	}
	if at <= s.now() {
		c.remove(e)
		c.effect("DEL", args[1])
	} else {
		s.expire(e, at)
		c.changed(e)
		c.effect("PEXPIREAT", args[1], number(at+s.wall()))
	}
	c.int(1)
}

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

func dbsize(c *client, _ [][]byte) { c.int(len(c.b.store.dbs[c.db].keys)) }

func flushdb(c *client, args [][]byte) {
	if c.flushMode(args) {
		c.flushKeys(c.db)
		c.ok()
	}
}

func flushall(c *client, args [][]byte) {
	if c.flushMode(args) {
		for db := range c.b.store.dbs {
			c.flushKeys(db)
		}
		c.ok()
	}
}

// flushKeys removes all keys of a database.
func (c *client) flushKeys(db int) {
	b := c.b
	b.effects.dirty = true
	for p := range b.watched {
		if p.db == db && b.store.get(db, []byte(p.key)) != nil {
			b.spoil(p)
		}
	}
	for p := range b.queues {
		if p.db == db {
			b.ready(p)
		}
	}
	b.store.flush(db)
}

// flushMode checks SYNC and ASYNC, which make no difference here.
func (c *client) flushMode(args [][]byte) bool {
	if len(args) == 1 || len(args) == 2 && isWord(args[1], "SYNC", "ASYNC") {
		return true
	}
	c.errorText(errSyntax)
	return false
}

// isWord reports whether b is one of the words, in upper or lower case.
func isWord(b []byte, words ...string) bool {
	for _, w := range words {
		if strings.EqualFold(string(b), w) {
			return true
		}
	}
	return false
}
