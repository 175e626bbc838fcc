package broker

import "github.com/daebus/daebus-go/edge/internal/resp"

// collectionCost is what an empty hash, set or sorted set takes, about.
const collectionCost = 128

// What a key that is not there holds, for commands that only read.
var (
	noList    list
	noHash    hash
	noMembers members
	noSorted  sorted
)

// heldOr is held that returns none when there is no such key.
func heldOr[V value](c *client, key []byte, none V) (v V, ok bool) {
	v, e, ok := held[V](c, key)
	if e == nil {
		v = none
	}
	return v, ok
}

// take is HDEL, SREM and ZREM.
func take(c *client, args [][]byte) {
	e, ok := c.own(args[1])
	if !ok {
		return
	}
	n := 0
	if e != nil {
		all := e.value.(interface{ Remove(name string) bool })
		for _, name := range args[2:] {
			if all.Remove(string(name)) {
				n++
			}
		}
	}
	if n > 0 {
		c.changed(e)
	}
	c.int(n)
}

// putResult stores what a command made: an empty collection is no key.
func (c *client) putResult(key []byte, v value) {
	if !isEmpty(v) {
		c.put(key, v)
		return
	}
	if e := c.look(key); e != nil {
		c.remove(e)
	}
}

// pairList begins n pairs, each of which begins with pair: arrays in RESP3, and
// in RESP2 all in one.
func (c *client) pairList(n int) {
	if c.proto < resp.RESP3 {
		n *= 2
	}
	c.array(n)
}

// listHeader begins a list of n elements, or of n pairs.
func (c *client) listHeader(n int, pairs bool) {
	if pairs {
		c.pairList(n)
	} else {
		c.array(n)
	}
}

func (c *client) pair() {
	if c.proto >= resp.RESP3 {
		c.array(2)
	}
}

// truth replies 1 or 0.
func (c *client) truth(yes bool) {
	if yes {
		c.int(1)
	} else {
		c.int(0)
	}
}

// positive reads a count that is not negative, or replies the error.
func (c *client) positive(arg []byte) (int64, bool) {
	n, ok := resp.ParseInt(arg)
	if !ok || n < 0 {
		c.errorText("ERR value is out of range, must be positive")
		return 0, false
	}
	return n, true
}
