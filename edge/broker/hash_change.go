package broker

import (
	"strconv"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// hset is HSET and HMSET.
func hset(c *client, args [][]byte) {
	if len(args)%2 != 0 {
		c.wrongArity(c.last)
		return
	}
	h, e, ok := c.hashFor(args[1])
	if !ok {
		return
	}
	added := 0
	for i := 2; i < len(args); i += 2 {
		if h.Set(args[i], string(args[i+1])) {
			added++
		}
	}
	c.changed(e)
	if c.is(silent) {
		c.ok()
	} else {
		c.int(added)
	}
}

func hsetnx(c *client, args [][]byte) {
	h, ok := heldOr(c, args[1], &noHash)
	if !ok {
		return
	}
	free := !h.Has(string(args[2]))
	if free {
		c.setField(args[1], args[2], string(args[3]))
	}
	c.truth(free)
}

func hincrBy(c *client, args [][]byte) {
	by, ok := resp.ParseInt(args[3])
	if !ok {
		c.errorText(errNotInt)
		return
	}
	h, ok := heldOr(c, args[1], &noHash)
	if !ok {
		return
	}
	var n int64
	if was, there := h.Get(string(args[2])); there {
		if n, ok = resp.ParseInt([]byte(was)); !ok {
			c.errorText("ERR hash value is not an integer")
			return
		}
	}
	if n, ok = c.addInts(n, by); ok {
		c.setField(args[1], args[2], strconv.FormatInt(n, 10))
		c.int64(n)
	}
}

func hincrByFloat(c *client, args [][]byte) {
	by, ok := parseDecimal(string(args[3]))
	switch {
	case !ok:
		c.errorText(errNotFloat)
		return
	case by.mant == nil:
		c.errorText("ERR value is NaN or Infinity")
		return
	}
	h, ok := heldOr(c, args[1], &noHash)
	if !ok {
		return
	}
	was, there := h.Get(string(args[2]))
	if !there {
		was = "0"
	}
	sum, ok := c.addDecimals([]byte(was), args[3], "ERR hash value is not a float")
	if !ok {
		return
	}
	c.setField(args[1], args[2], string(sum))
	c.bytes(sum)
	c.effect("HSET", args[1], args[2], sum)
}

// setField sets one field of a key that is a hash or not there.
func (c *client) setField(key, field []byte, value string) {
	h, e, _ := c.hashFor(key)
	h.Set(field, value)
	c.changed(e)
}

// hashFor is held that makes the key when there is none. The caller then sets a
// field, and calls changed.
func (c *client) hashFor(key []byte) (h *hash, e *entry, ok bool) {
	if h, e, ok = held[*hash](c, key); ok && e == nil {
		h = new(hash)
		e = c.create(key, h)
	}
	return h, e, ok
}
