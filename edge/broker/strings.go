package broker

func get(c *client, args [][]byte) { c.replyText(args[1]) }

// replyText replies what a string key holds; false means it is no string.
func (c *client) replyText(key []byte) bool {
	t, e, ok := held[*text](c, key)
	switch {
	case !ok:
		return false
	case e == nil:
		c.null()
	default:
		c.bytes(t.b)
	}
	return true
}

func mget(c *client, args [][]byte) {
	c.array(len(args) - 1)
	for _, key := range args[1:] {
		if e := c.look(key); e != nil {
			if t, ok := e.value.(*text); ok {
				c.bytes(t.b)
				continue
			}
		}
		c.null()
	}
}

func set(c *client, args [][]byte) {
	o, ok := c.parseSet(args[3:], ofSet)
	if !ok {
		return
	}
	at, ok := o.at(c)
	if !ok {
		return
	}
	replies := o.said&getOld != 0
	if replies && !c.replyText(args[1]) {
		return
	}
	if o.said&existence != 0 && (c.look(args[1]) != nil) != (o.said&ifAny != 0) {
		if !replies {
			c.null()
		}
		return
	}
	c.setFor(args[1], args[2], at, o.said&keepExpiry != 0)
	if !replies {
		c.ok()
	}
}

// setFor is SET with the moment at which the key ends, or 0.
func (c *client) setFor(key, b []byte, at int64, keepExpiry bool) {
	e := c.setText(key, b, keepExpiry)
	if at != 0 {
		c.b.store.expire(e, at)
		c.effect("SET", key, b).words("PXAT").moment(at)
	}
}

// setex is SETEX and PSETEX.
func setex(c *client, args [][]byte) {
	if at, ok := c.parseMoment(args[2], c.is(millis), false, 1); ok {
		c.setFor(args[1], args[3], at, false)
		c.ok()
	}
}

func setnx(c *client, args [][]byte) {
	if c.look(args[1]) != nil {
		c.int(0)
		return
	}
	c.setText(args[1], args[2], false)
	c.int(1)
}

func getset(c *client, args [][]byte) {
	if c.replyText(args[1]) {
		c.setText(args[1], args[2], false)
	}
}

func getdel(c *client, args [][]byte) {
	if c.replyText(args[1]) {
		if e := c.look(args[1]); e != nil {
			c.remove(e)
		}
	}
}

func getex(c *client, args [][]byte) {
	o, ok := c.parseSet(args[2:], ofGetex)
	if !ok {
		return
	}
	t, e, ok := held[*text](c, args[1])
	if !ok {
		return
	}
	if e == nil {
		c.null()
		return
	}
	at, ok := o.at(c)
	if !ok {
		return
	}
	c.bytes(t.b)
	switch {
	case at != 0:
		c.expireAt(e, at)
	case o.said&noExpiry != 0 && e.expires != 0:
		c.b.store.persist(e)
		c.changed(e)
		c.effect("PERSIST", args[1])
	}
}

// mset is MSET and MSETNX.
func mset(c *client, args [][]byte) {
	if len(args)%2 == 0 {
		c.wrongArity(c.last)
		return
	}
	for i := 1; i < len(args) && c.is(ifNew); i += 2 {
		if c.look(args[i]) != nil {
			c.int(0)
			return
		}
	}
	for i := 1; i < len(args); i += 2 {
		c.setText(args[i], args[i+1], false)
	}
	if c.is(ifNew) {
		c.int(1)
	} else {
		c.ok()
	}
}
