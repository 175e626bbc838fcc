package broker

import "github.com/daebus/daebus-go/edge/broker/internal/collection"

// members is the value of a set key.
type members struct{ collection.Set }

func (m *members) bytes() int   { return m.Bytes() + collectionCost }
func (m *members) clone() value { return &members{m.Clone()} }

func (m *members) visit(i int) (member, _ string) { return m.At(i), "" }

// include adds a member, and reports whether it is new.
func (m *members) include(member string) bool {
	isNew := !m.Has(member)
	if isNew {
		m.Add(member)
	}
	return isNew
}

// membersFor is held that makes the key when there is none. The caller then adds a
// member, and calls changed.
func (c *client) membersFor(key []byte) (m *members, e *entry, ok bool) {
	if m, e, ok = held[*members](c, key); ok && e == nil {
		m = new(members)
		e = c.create(key, m)
	}
	return m, e, ok
}

func sadd(c *client, args [][]byte) {
	m, e, ok := c.membersFor(args[1])
	if !ok {
		return
	}
	n := 0
	for _, member := range args[2:] {
		if m.include(string(member)) {
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
	_, target, ok := held[*members](c, args[2])
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
	if to, target, _ := c.membersFor(args[2]); to.include(string(args[3])) {
		c.changed(target)
	}
	c.int(1)
}

// sisMember is SISMEMBER and SMISMEMBER.
func sisMember(c *client, args [][]byte) {
	m, ok := heldOr(c, args[1], &noMembers)
	if !ok {
		return
	}
	c.several(args[2:])
	for _, member := range args[2:] {
		c.truth(m.Has(string(member)))
	}
}
