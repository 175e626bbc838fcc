package broker

import (
	"time"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// The commands that take from lists, and may wait for an element.

// side is the end of a list as commands name it.
func side(left bool) []byte {
	if left {
		return []byte("LEFT")
	}
	return []byte("RIGHT")
}

// ends reads from which end to which an element is to move, LMOVE's way or
// RPOPLPUSH's, or replies the error.
func (c *client) ends(args [][]byte) (fromLeft, toLeft, ok bool) {
	if len(args) == 0 {
		return false, true, true
	}
	if fromLeft, ok = c.choose(args[0], "LEFT", "RIGHT"); ok {
		toLeft, ok = c.choose(args[1], "LEFT", "RIGHT")
	}
	return fromLeft, toLeft, ok
}

// lmove is LMOVE and RPOPLPUSH.
func lmove(c *client, args [][]byte) {
	fromLeft, toLeft, ok := c.ends(args[3:])
	if ok && !c.moveElement(args[1], args[2], fromLeft, toLeft) {
		c.null()
	}
}

// moveElement moves one element and replies it, or replies why it cannot. False
// means that there is none, and no reply.
func (c *client) moveElement(from, to []byte, fromLeft, toLeft bool) bool {
	l, e, ok := held[*list](c, from)
	if !ok || e == nil {
		return !ok
	}
	target, at, ok := held[*list](c, to)
	if !ok {
		return true
	}
	if at == nil {
		target = new(list)
		at = c.create(to, target)
	}
	s := l.pop(fromLeft)
	target.push(toLeft, s)
	c.changed(at)
	if e != at {
		c.changed(e)
	}
	c.bulk(s)
	c.effect("LMOVE", from, to, side(fromLeft), side(toLeft))
	return true
}

// blmove is BLMOVE and BRPOPLPUSH.
func blmove(c *client, args [][]byte) {
	from, last := args[1], len(args)-1
	fromLeft, toLeft, ok := c.ends(args[3:last])
	if !ok {
		return
	}
	wait, ok := c.parseTimeout(args[last])
	if !ok {
		return
	}
	take := func([]byte) bool { return c.moveElement(from, args[2], fromLeft, toLeft) }
	switch {
	case take(from):
	case c.executing:
		c.null()
	default:
		c.block([][]byte{from}, wait, only[*list](c, take), c.nullArray)
	}
}

// only makes of a command what block asks for: who waits for a V goes on waiting
// when the key has become something else.
func only[V value](c *client, take func(key []byte) bool) func(key []byte) bool {
	return func(key []byte) bool {
		e := c.b.store.get(c.db, key)
		if e == nil {
			return false
		}
		_, ok := e.value.(V)
		return ok && take(key)
	}
}

// blockingPop is BLPOP and BRPOP.
func blockingPop(c *client, args [][]byte) {
	keys := args[1 : len(args)-1]
	wait, ok := c.parseTimeout(args[len(args)-1])
	if !ok {
		return
	}
	left := c.is(left)
	takeFirst[*list](c, keys, wait, func(key []byte) bool {
		l, e, ok := held[*list](c, key)
		if !ok || e == nil {
			return !ok
		}
		c.array(2)
		c.bytes(key)
		c.bulk(l.pop(left))
		c.changed(e)
		c.effectPop(key, 1, left)
		return true
	})
}

// takeFirst lets take have the first of the keys that has something, and waits
// for one otherwise.
func takeFirst[V value](c *client, keys [][]byte, wait time.Duration, take func(key []byte) bool) {
	for _, key := range keys {
		if take(key) {
			return
		}
	}
	c.block(keys, wait, only[V](c, take), c.nullArray)
}

// effectPop logs what was popped.
func (c *client) effectPop(key []byte, n int, left bool) {
	name := "RPOP"
	if left {
		name = "LPOP"
	}
	c.effect(name, key, number(int64(n)))
}

func lmpop(c *client, args [][]byte) {
	if m, ok := c.parseMPop(args[1:], "LEFT", "RIGHT"); ok && !c.popFromFirst(m) {
		c.nullArray()
	}
}

func blmpop(c *client, args [][]byte) {
	wait, ok := c.parseTimeout(args[1])
	if !ok {
		return
	}
	if m, ok := c.parseMPop(args[2:], "LEFT", "RIGHT"); ok {
		takeFirst[*list](c, m.keys, wait, func(key []byte) bool { return c.popMany(key, m) })
	}
}

// mpop is what LMPOP, ZMPOP and their blocking forms are asked for.
type mpop struct {
	keys  [][]byte
	front bool // pop from the left, or the lowest
	count int64
}

// parseMPop reads the number of keys, the keys, the end to pop from, and a count,
// or replies the error.
func (c *client) parseMPop(args [][]byte, front, back string) (m mpop, ok bool) {
	n, ok := resp.ParseInt(args[0])
	if !ok || n < 1 {
		c.errorText("ERR numkeys should be greater than 0")
		return m, false
	}
	args = args[1:]
	if n >= int64(len(args)) {
		c.errorText(errSyntax)
		return m, false
	}
	m.keys, args = args[:n], args[n:]
	if m.front, ok = c.choose(args[0], front, back); !ok {
		return m, false
	}
	m.count = 1
	switch args = args[1:]; {
	case len(args) == 0:
		return m, true
	case len(args) != 2 || !isWord(args[0], "COUNT"):
		c.errorText(errSyntax)
		return m, false
	}
	if m.count, ok = resp.ParseInt(args[1]); !ok || m.count < 1 {
		c.errorText("ERR count should be greater than 0")
		return m, false
	}
	return m, true
}

func (c *client) popFromFirst(m mpop) bool {
	for _, key := range m.keys {
		if c.popMany(key, m) {
			return true
		}
	}
	return false
}

// popMany is what one key has for LMPOP; false means nothing, and no reply.
func (c *client) popMany(key []byte, m mpop) bool {
	l, e, ok := held[*list](c, key)
	if !ok || e == nil {
		return !ok
	}
	c.array(2)
	c.bytes(key)
	n := min(m.count, int64(l.n))
	c.popInto(l, e, n, m.front)
	c.effectPop(key, int(n), m.front)
	return true
}
