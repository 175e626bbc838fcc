package broker

import "time"

// lmove is LMOVE, RPOPLPUSH, BLMOVE and BRPOPLPUSH.
func lmove(c *client, args [][]byte) {
	end := len(args)
	if c.is(blocking) {
		end-- // where the timeout is
	}
	fromLeft, toLeft, ok := c.ends(args[3:end])
	var wait time.Duration
	if ok && c.is(blocking) {
		wait, ok = c.parseTimeout(args[end])
	}
	if !ok {
		return
	}
	take := func([]byte) bool { return c.moveElement(args[1], args[2], fromLeft, toLeft) }
	switch {
	case take(nil):
	case c.executing || !c.is(blocking):
		c.null()
	default:
		c.waitFor(args[1:2], wait, take)
	}
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
	c.repeat([]byte("LMOVE"), from, to, side(fromLeft), side(toLeft))
	return true
}

// side is the end of a list as commands name it.
func side(left bool) []byte {
	if left {
		return []byte("LEFT")
	}
	return []byte("RIGHT")
}
