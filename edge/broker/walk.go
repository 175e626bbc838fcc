package broker

import "strconv"

// walkable is a collection as HSCAN, SSCAN and ZSCAN see it.
type walkable interface {
	Len() int
	Scan(cursor uint64, count int) (first, end int, next uint64)
	visit(i int) (name, value string) // value is told if the collection has such
}

func hscan(c *client, args [][]byte) {
	if cursor, ok := c.parseCursor(args[2]); ok {
		if h, ok := heldOrEmpty[hash](c, args[1]); ok {
			c.walk(h, cursor, args[3:], true)
		}
	}
}

func sscan(c *client, args [][]byte) {
	if cursor, ok := c.parseCursor(args[2]); ok {
		if m, ok := heldOrEmpty[members](c, args[1]); ok {
			c.walk(m, cursor, args[3:], false)
		}
	}
}

func zscan(c *client, args [][]byte) {
	if cursor, ok := c.parseCursor(args[2]); ok {
		if z, ok := heldOrEmpty[sorted](c, args[1]); ok {
			c.walk(z, cursor, args[3:], true)
		}
	}
}

// walk replies a part of a collection, by the options behind the cursor.
func (c *client) walk(w walkable, cursor uint64, args [][]byte, values bool) {
	opts, ok := scanOptions{count: 1}, true
	if w.Len() > 0 { // Redis does not look at the options when there is no key
		if opts, ok = c.parseScan(args, false); !ok {
			return
		}
	}
	first, end, next := w.Scan(cursor, opts.count)
	var found []string
	for i := first; i < end; i++ {
		name, value := w.visit(i)
		if !opts.wants(name) {
			continue
		}
		found = append(found, name)
		if values {
			found = append(found, value)
		}
	}
	c.array(2)
	c.bulk(strconv.FormatUint(next, 10))
	c.bulks(found)
}

func (h *hash) visit(i int) (field, value string) { return h.At(i) }

func (m *members) visit(i int) (member, _ string) { return m.At(i), "" }

// visit goes through a small set in its order.
func (z *sorted) visit(i int) (member, score string) {
	if z.Packed() {
		member, score := z.At(i)
		return member, packedScore(score)
	}
	member, n := z.ByID(i)
	return member, formatScore(n)
}
