package broker

// entryAt is the lookup of OBJECT and MEMORY, which does not count as a use.
func (c *client) entryAt(key []byte) *entry {
	e := c.b.store.get(c.db, key)
	if e == nil {
		c.null()
	}
	return e
}

func objectEncoding(c *client, args [][]byte) {
	if e := c.entryAt(args[2]); e != nil {
		c.bulk(encodingOf(e.value))
	}
}

func memoryUsage(c *client, args [][]byte) {
	o := options{c: c, rest: args[3:]}
	for o.more() {
		if !o.take("SAMPLES", 1) || o.number(errNotInt) < 0 {
			o.fail(errSyntax)
		}
	}
	if o.failed {
		return
	}
	if e := c.entryAt(args[2]); e != nil {
		c.int(e.charged)
	}
}
