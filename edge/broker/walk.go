package broker

// walk is HSCAN, SSCAN and ZSCAN.
func walk(c *client, args [][]byte) {
	cursor, ok := c.parseCursor(args[2])
	if !ok {
		return
	}
	all, n, ok := c.elements(args[1])
	if !ok {
		return
	}
	if n == 0 { // Redis does not look at the options then
		c.scanned(0, nil)
		return
	}
	var o scanOptions
	if !o.parse(c, args[3:]) {
		return
	}
	first, end := 0, n
	switch encodingOf(all) {
	case "hashtable", "skiplist": // what is smaller is visited at once
		first, end = window(n, cursor, o.count)
	}
	var found []string
	for i := first; i < end; i++ {
		name, value := all.visit(i)
		switch {
		case !o.wants(name):
		case c.last.group == sets:
			found = append(found, name)
		default:
			found = append(found, name, value)
		}
	}
	c.scanned(first, found)
}
