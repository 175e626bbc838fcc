package broker

// spop takes members out at random.
func spop(c *client, args [][]byte) {
	count, ok := c.parsePop(args)
	if !ok {
		return
	}
	m, e, ok := held[*members](c, args[1])
	if !ok {
		return
	}
	n := 0
	if e != nil {
		n = m.Len()
	}
	p := pick(n, count)
	switch {
	case len(args) == 3:
		c.set(p.left)
	case n == 0:
		c.null()
	}
	if p.left == 0 {
		return
	}
	words := [][]byte{args[1]}
	for p.left > 0 {
		member := m.At(p.next())
		c.bulk(member)
		words = append(words, []byte(member))
	}
	for _, member := range words[1:] {
		m.Remove(string(member))
	}
	// As in Redis, when few are left they make a new set, which may be one of integers.
	if int64(m.Len())*5 <= count {
		rest := new(members)
		for i := range m.Len() {
			rest.Add(m.At(i))
		}
		e.value = rest
	}
	c.changed(e)
	c.effect("SREM", words[0], words[1:]...)
}
