package broker

import (
	"math/rand/v2"

	"github.com/daebus/daebus-go/edge/internal/resp"
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

// exists is EXISTS and TOUCH.
func exists(c *client, args [][]byte) {
	n := 0
	for _, key := range args[1:] {
		if c.look(key) != nil {
			n++
		}
	}
	c.int(n)
}

// size is STRLEN, LLEN, HLEN, SCARD, ZCARD and XLEN.
func size(c *client, args [][]byte) {
	e, ok := c.own(args[1])
	switch {
	case !ok:
	case e == nil:
		c.int(0)
	default:
		c.int(e.value.Len())
	}
}

func typeOf(c *client, args [][]byte) {
	if e := c.b.store.get(c.db, args[1]); e != nil {
		c.simple(groupOf(e.value).kind())
		return
	}
	c.simple("none")
}

// rename is RENAME and RENAMENX.
func rename(c *client, args [][]byte) {
	e := c.look(args[1])
	if e == nil {
		c.errorText(errNoKey)
		return
	}
	old := c.look(args[2])
	if old != nil && c.is(ifNew) {
		c.int(0)
		return
	}
	if old != e {
		if old != nil {
			c.remove(old)
		}
		at := e.expires
		c.remove(e)
		c.add(c.db, args[2], e.value, at)
	}
	if c.is(ifNew) {
		c.int(1)
	} else {
		c.ok()
	}
}

// add makes an entry in any database, for a key that has none there.
func (c *client) add(db int, key []byte, v value, at int64) {
	e := c.b.store.add(db, string(key), v)
	e.seen = c.active.Load()
	if at != 0 {
		c.b.store.expire(e, at)
	}
	c.changed(e)
}

func (c *client) parseDB(arg []byte) (int, bool) {
	n, ok := resp.ParseInt(arg)
	switch {
	case !ok:
		c.errorText(errNotInt)
	case int64(int32(n)) != n:
		c.errorText("ERR value is out of range, value must between -2147483648 and 2147483647")
	case n < 0 || n >= databases:
		c.errorText("ERR DB index is out of range")
	default:
		return int(n), true
	}
	return 0, false
}

// copyKey is COPY and MOVE.
func copyKey(c *client, args [][]byte) {
	moves := c.is(updates)
	if moves { // as COPY to a key of the same name
		args = [][]byte{args[0], args[1], args[1], []byte("DB"), args[2]}
	}
	db, replace := c.db, false
	o := options{c: c, rest: args[3:]}
	for o.more() {
		switch {
		case o.take("REPLACE", 0):
			replace = true
		case o.take("DB", 1):
			var ok bool
			db, ok = c.parseDB(o.value())
			o.check(ok)
		default:
			o.fail(errSyntax)
		}
	}
	if o.failed {
		return
	}
	if db == c.db && string(args[1]) == string(args[2]) {
		c.errorText(errSame)
		return
	}
	e := c.look(args[1])
	if e == nil {
		c.int(0)
		return
	}
	if old := c.b.store.get(db, args[2]); old != nil {
		if !replace {
			c.int(0)
			return
		}
		c.remove(old)
	}
	v, at := e.value, e.expires
	if moves {
		c.remove(e)
		c.b.aof.becomes(spot{c.db, args[1]})
	} else {
		v = v.clone()
	}
	c.add(db, args[2], v, at)
	c.b.effects.told = true
	c.b.aof.becomes(spot{db, args[2]})
	c.int(1)
}

const errSame = "ERR source and destination objects are the same"

// randomKey picks one that is not due.
func randomKey(c *client, _ [][]byte) {
	s := &c.b.store
	for d := &s.dbs[c.db]; len(d.order) > 0; {
		e := d.order[rand.IntN(len(d.order))]
		if s.get(c.db, []byte(e.key)) != nil {
			c.bulk(e.key)
			return
		}
	}
	c.null()
}

func keysMatching(c *client, args [][]byte) {
	s := &c.b.store
	s.reap(c.db, len(s.dbs[c.db].due))
	pattern := string(args[1])
	var found []string
	for _, e := range s.dbs[c.db].order {
		if match(pattern, []byte(e.key)) {
			found = append(found, e.key)
		}
	}
	c.bulks(found)
}
