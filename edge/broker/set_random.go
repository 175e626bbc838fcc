package broker

import "math/rand/v2"

func srandMember(c *client, args [][]byte) {
	if len(args) > 3 {
		c.errorText(errSyntax)
		return
	}
	count := int64(0)
	if len(args) == 3 {
		var ok bool
		if count, ok = c.parsePicks(args[2]); !ok {
			return
		}
	}
	m, ok := heldOr(c, args[1], &noMembers)
	switch {
	case !ok:
	case len(args) == 3:
		c.array(picked(m.Len(), count))
		for i := range picks(m.Len(), count) {
			if c.bulk(m.At(i)); !c.hasRoom() {
				return
			}
		}
	case m.Len() == 0:
		c.null()
	default:
		c.bulk(m.At(rand.IntN(m.Len())))
	}
}

func spop(c *client, args [][]byte) {
	switch len(args) {
	case 2:
		c.popMember(args[1])
	case 3:
		if count, ok := c.positive(args[2]); ok {
			c.popMembers(args[1], count)
		}
	default:
		c.errorText(errSyntax)
	}
}

func (c *client) popMember(key []byte) {
	m, e, ok := held[*members](c, key)
	switch {
	case !ok:
	case e == nil:
		c.null()
	default:
		member := m.At(rand.IntN(m.Len()))
		m.Remove(member)
		c.changed(e)
		c.bulk(member)
		c.effect("SREM", key, []byte(member))
	}
}

func (c *client) popMembers(key []byte, count int64) {
	m, e, ok := held[*members](c, key)
	switch {
	case !ok:
	case e == nil || count == 0:
		c.set(0)
	case count >= int64(m.Len()):
		c.members(m)
		c.remove(e)
		c.effect("DEL", key)
	default:
		words := [][]byte{key}
		c.set(int(count))
		for i := range picks(m.Len(), count) {
			member := m.At(i)
			c.bulk(member)
			words = append(words, []byte(member))
		}
		for _, member := range words[1:] {
			m.Remove(string(member))
		}
		// As in Redis, when few are left they make a new set, which may be one of integers.
		if left := int64(m.Len()); left*5 <= count {
			rest := new(members)
			for i := range m.Len() {
				rest.Add(m.At(i))
			}
			e.value = rest
		}
		c.changed(e)
		c.effect("SREM", words...)
	}
}
