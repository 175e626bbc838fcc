package broker

import "time"

// The commands that take from lists, and may wait for an element.

// side is the end of a list as commands name it.
func side(left bool) []byte {
	if left {
		return []byte("LEFT")
	}
	return []byte("RIGHT")
}

func lmove(c *client, args [][]byte) {
	from, ok := c.choose(args[3], "LEFT", "RIGHT")
	if !ok {
		return
	}
	if to, ok := c.choose(args[4], "LEFT", "RIGHT"); ok && !c.moveElement(args[1], args[2], from, to) {
		c.null()
	}
}

func rpoplpush(c *client, args [][]byte) {
	if !c.moveElement(args[1], args[2], false, true) {
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

func blmove(c *client, args [][]byte) {
	from, ok := c.choose(args[3], "LEFT", "RIGHT")
	if !ok {
		return
	}
	if to, ok := c.choose(args[4], "LEFT", "RIGHT"); ok {
		c.awaitElement(args[1], args[2], from, to, args[5])
	}
}

func brpoplpush(c *client, args [][]byte) { c.awaitElement(args[1], args[2], false, true, args[3]) }

func (c *client) awaitElement(from, to []byte, fromLeft, toLeft bool, timeout []byte) {
	wait, ok := c.parseTimeout(timeout)
	if !ok {
		return
	}
	take := func([]byte) bool { return c.moveElement(from, to, fromLeft, toLeft) }
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

func blpop(c *client, args [][]byte) { c.awaitPop(args, true) }
func brpop(c *client, args [][]byte) { c.awaitPop(args, false) }

func (c *client) awaitPop(args [][]byte, left bool) {
	keys := args[1 : len(args)-1]
	wait, ok := c.parseTimeout(args[len(args)-1])
	if !ok {
		return
	}
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
	n, ok := parseInt(args[0])
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
	if m.count, ok = parseInt(args[1]); !ok || m.count < 1 {
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
