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

// elements returns what key holds, of the command's group; all is nil, and n is 0,
// when there is no such key. ok is false when it holds another type; that error
// is replied then.
func (c *client) elements(key []byte) (all elements, n int, ok bool) {
	e, ok := c.own(key)
	if e == nil {
		return nil, 0, ok
	}
	all = e.value.(elements)
	return all, all.Len(), true
}

// everything is HGETALL, HKEYS, HVALS and SMEMBERS.
func everything(c *client, args [][]byte) {
	all, n, ok := c.elements(args[1])
	switch {
	case !ok:
		return
	case c.last.group == sets:
		c.set(n)
	case c.is(names) && c.is(values):
		c.mapping(n)
	default:
		c.array(n)
	}
	for i := range n {
		name, value := all.visit(i)
		if c.is(names) {
			c.bulk(name)
		}
		if c.is(values) {
			c.bulk(value)
		}
	}
}

// several begins the reply of a command that tells of many elements: its like
// that tells of one does so without a list.
func (c *client) several(of [][]byte) {
	if c.last.arity < 0 {
		c.array(len(of))
	}
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

// putResult stores what a command made, and replies how much that is: an empty
// collection is no key.
func (c *client) putResult(key []byte, v value) {
	if !isEmpty(v) {
		c.put(key, v)
	} else if e := c.look(key); e != nil {
		c.remove(e)
	}
	c.int(v.Len())
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

// parsePop reads how many elements a command is to take, which stands behind the
// key, or replies the error.
func (c *client) parsePop(args [][]byte) (count int64, ok bool) {
	switch len(args) {
	case 2:
		return 1, true
	case 3:
		if count, ok = resp.ParseInt(args[2]); ok && count >= 0 {
			return count, true
		}
		c.errorText("ERR value is out of range, must be positive")
	default:
		c.errorText(errSyntax)
	}
	return 0, false
}
