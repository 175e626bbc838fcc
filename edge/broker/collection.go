package broker

import "github.com/daebus/daebus-go/edge/internal/resp"

// collectionCost is what an empty hash, set or sorted set takes, about.
const collectionCost = 128

// rewriteBatch is how many elements go into one command of a rewritten log.
const rewriteBatch = 64

// pointer is a value that is made by new(T).
type pointer[T any] interface {
	*T
	value
}

// heldOrEmpty is held for commands that take no key for an empty collection.
// They do not change it.
func heldOrEmpty[T any, V pointer[T]](c *client, key []byte) (v V, ok bool) {
	v, e, ok := held[V](c, key)
	if e == nil || !ok {
		v = new(T)
	}
	return v, ok
}

// heldOrNew is held that makes the key when there is none. The caller then puts
// something in, and calls changed.
func heldOrNew[T any, V pointer[T]](c *client, key []byte) (v V, e *entry, ok bool) {
	v, e, ok = held[V](c, key)
	if e == nil {
		v = new(T)
		e = c.create(key, v)
	}
	return v, e, ok
}

// putResult stores what a command made: an empty collection is no key.
func (c *client) putResult(key []byte, v value) {
	if !v.empty() {
		c.put(key, v)
		return
	}
	if e := c.look(key); e != nil {
		c.remove(e)
	}
}

// rewriteIn tells a collection of n elements in commands of so many each.
func rewriteIn(emit func(words ...[]byte), name string, key []byte, n int, element func(i int, words [][]byte) [][]byte) {
	for i := 0; i < n; {
		words := [][]byte{[]byte(name), key}
		for end := min(i+rewriteBatch, n); i < end; i++ {
			words = element(i, words)
		}
		emit(words...)
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
