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
	for ; len(args) > 1; args = args[2:] {
		option, value := args[0], args[1]
		switch {
		case isWord(option, "ID"):
			if f.id, ok = parseInt(value); !ok || f.id < 1 {
				c.errorText("ERR client-id should be greater than 0")
				return f, false
			}
		case isWord(option, "TYPE"):
			if f.kind, ok = c.parseType(value); !ok {
				return f, false
			}
		case isWord(option, "ADDR"):
			f.addr = string(value)
		case isWord(option, "LADDR"):
			f.laddr = string(value)
		case isWord(option, "USER"):
			if f.user = c.b.users.byName[string(value)]; f.user == nil {
				c.errorf("ERR No such user '%s'", cString(value, len(value)))
				return f, false
			}
		case isWord(option, "SKIPME") && isWord(value, "YES", "NO"):
			f.skipMe = isWord(value, "YES")
		default:
			c.errorText(errSyntax)
			return f, false
		}
	}
	if len(args) > 0 {
		c.errorText(errSyntax)
		return f, false
	}
	return f, true
}
