package broker

import "github.com/daebus/daebus-go/edge/broker/internal/collection"

// members is the value of a set key.
type members struct{ collection.Set }

func (*members) kind() string   { return "set" }
func (m *members) bytes() int   { return m.Bytes() + collectionCost }
func (m *members) empty() bool  { return m.Len() == 0 }
func (m *members) clone() value { return &members{m.Clone()} }

func (m *members) encoding() string {
	if m.Ints() {
		return "intset"
	}
	return "hashtable"
}

func (m *members) rewrite(key []byte, emit func(words ...[]byte)) {
	rewriteIn(emit, "SADD", key, m.Len(), func(i int, words [][]byte) [][]byte {
		return append(words, []byte(m.At(i)))
	})
}

// include adds a member, and reports whether it is new.
func (m *members) include(member []byte) bool {
	isNew := !m.Has(string(member))
	if isNew {
		m.Add(string(member))
	}
	return isNew
}

func sadd(c *client, args [][]byte) {
	m, e, ok := heldOrNew[members](c, args[1])
	if !ok {
		return
	}
	n := 0
	for _, member := range args[2:] {
		if m.include(member) {
			n++
		}
	}
	if n > 0 {
		c.changed(e)
	}
	c.int(n)
}

func srem(c *client, args [][]byte) {
	m, e, ok := held[*members](c, args[1])
	if !ok {
		return
	}
	n := 0
	for i := 2; i < len(args) && e != nil; i++ {
		if m.Remove(string(args[i])) {
			n++
		}
	}
	if n > 0 {
		c.changed(e)
	}
	c.int(n)
}

func smove(c *client, args [][]byte) {
	from, source, ok := held[*members](c, args[1])
	if source == nil {
		c.int(0)
		return
	}
	if !ok {
		return
	}
	to, target, ok := held[*members](c, args[2])
	switch {
	case !ok:
		return
	case source == target:
		c.truth(from.Has(string(args[3])))
		return
	case !from.Remove(string(args[3])):
		c.int(0)
		return
	}
	c.changed(source)
	if target == nil {
		to, target, _ = heldOrNew[members](c, args[2])
	}
	if to.include(args[3]) {
		c.changed(target)
	}
	c.int(1)
}

func smembers(c *client, args [][]byte) {
	if m, ok := heldOrEmpty[members](c, args[1]); ok {
		c.members(m)
	}
}

// members replies a whole set.
func (c *client) members(m *members) {
	c.set(m.Len())
	for i := range m.Len() {
		c.bulk(m.At(i))
	}
}

func sisMember(c *client, args [][]byte) {
	if m, ok := heldOrEmpty[members](c, args[1]); ok {
		c.truth(m.Has(string(args[2])))
	}
}

func smisMember(c *client, args [][]byte) {
	m, ok := heldOrEmpty[members](c, args[1])
	if !ok {
		return
	}
	c.array(len(args) - 2)
	for _, member := range args[2:] {
		c.truth(m.Has(string(member)))
	}
}
