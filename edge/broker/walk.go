package broker

import "strconv"

// walkable is a collection as HSCAN, SSCAN and ZSCAN see it.
type walkable struct {
	n      int
	scan   func(cursor uint64, count int) (first, end int, next uint64)
	at     func(i int) (name, value string)
	values bool // at has them
}

// walk is HSCAN, SSCAN and ZSCAN. The collection is opened once the cursor is
// found right.
func (c *client) walk(args [][]byte, open func() (walkable, bool)) {
	cursor, ok := c.parseCursor(args[2])
	if !ok {
		return
	}
	w, ok := open()
	if !ok {
		return
	}
	opts := scanOptions{count: 1}
	if w.n > 0 { // Redis does not look at the options when there is no key
		if opts, ok = c.parseScan(args[3:], false); !ok {
			return
		}
	}
	first, end, next := w.scan(cursor, opts.count)
	var found []string
	for i := first; i < end; i++ {
		name, value := w.at(i)
		if !opts.wants(name) {
			continue
		}
		found = append(found, name)
		if w.values {
			found = append(found, value)
		}
	}
	c.array(2)
	c.bulk(strconv.FormatUint(next, 10))
	c.bulks(found)
}
