package broker

// clientKill is CLIENT KILL, with an address or with filters.
func clientKill(c *client, args [][]byte) {
	f, ok := killFilter{addr: string(args[2])}, true
	filtered := len(args) > 3
	if filtered {
		if f, ok = c.parseKill(args[2:]); !ok {
			return
		}
	}
	killed := 0
	for _, o := range c.b.sorted() {
		if !f.keeps(c, o) {
			continue
		}
		killed++
		if o == c {
			c.quit = true // once it has the reply
		} else {
			c.b.pubsub.forget(o) // whoever publishes next must not count it
			hangUp(o.conn)
		}
	}
	switch {
	case filtered:
		c.int(killed)
	case killed == 0:
		c.errorText("ERR No such client")
	default:
		c.ok()
	}
}

// killFilter says whom to kill; its empty fields say nothing.
type killFilter struct {
	id                int64
	kind, addr, laddr string
	user              *User
	skipMe            bool
}

func (f killFilter) keeps(me, o *client) bool {
	return (f.id == 0 || f.id == o.id) &&
		(f.kind == "" || f.kind == o.kind()) &&
		(f.addr == "" || f.addr == remote(o.conn)) &&
		(f.laddr == "" || f.laddr == local(o.conn)) &&
		(f.user == nil || f.user == o.user) &&
		(!f.skipMe || o != me)
}

func (c *client) parseKill(args [][]byte) (f killFilter, ok bool) {
	f.skipMe = true
	o := options{c: c, rest: args}
	for o.more() {
		switch {
		case o.take("ID", 1):
			const problem = "ERR client-id should be greater than 0"
			if f.id = o.number(problem); f.id < 1 {
				o.fail(problem)
			}
		case o.take("TYPE", 1):
			f.kind, ok = c.parseType(o.value())
			o.check(ok)
		case o.take("ADDR", 1):
			f.addr = string(o.value())
		case o.take("LADDR", 1):
			f.laddr = string(o.value())
		case o.take("USER", 1):
			name := o.value()
			if f.user = c.b.users.byName[string(name)]; f.user == nil {
				c.errorAbout("ERR No such user", name)
				o.failed = true
			}
		case o.take("SKIPME", 1):
			f.skipMe, ok = c.choose(o.value(), "YES", "NO")
			o.check(ok)
		default:
			o.fail(errSyntax)
		}
	}
	return f, !o.failed
}
