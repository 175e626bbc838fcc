package broker

func dbsize(c *client, _ [][]byte) { c.int(len(c.b.store.dbs[c.db].keys)) }

// flush is FLUSHDB and FLUSHALL.
func flush(c *client, args [][]byte) {
	if !c.flushMode(args) {
		return
	}
	for db := range c.b.store.dbs {
		if db == c.db || c.is(everywhere) {
			c.flushKeys(db)
		}
	}
	c.ok()
}

// flushKeys removes all keys of a database.
func (c *client) flushKeys(db int) {
	b := c.b
	b.effects.dirty = true
	for p, a := range b.audiences {
		if p.db != db {
			continue
		}
		if b.store.get(db, []byte(p.key)) != nil {
			a.spoil()
		}
		b.ready(p)
	}
	b.store.flush(db)
}

// flushMode checks SYNC and ASYNC, which make no difference here.
func (c *client) flushMode(args [][]byte) bool {
	switch len(args) {
	case 1:
		return true
	case 2:
		_, ok := c.choose(args[1], "SYNC", "ASYNC")
		return ok
	}
	c.errorText(errSyntax)
	return false
}
