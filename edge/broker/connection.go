package broker

import "github.com/daebus/daebus-go/edge/internal/resp"

// redisVersion is the Redis whose replies the broker gives.
const redisVersion = "7.0.15"

func ping(c *client, args [][]byte) {
	switch {
	case len(args) > 2:
		c.wrongArity(c.last)
	case c.subscribed():
		c.array(2)
		c.bulk("pong")
		if len(args) == 2 {
			c.bytes(args[1])
		} else {
			c.bulk("")
		}
	case len(args) == 2:
		c.bytes(args[1])
	default:
		c.simple("PONG")
	}
}

func echo(c *client, args [][]byte) { c.bytes(args[1]) }

func quit(c *client, _ [][]byte) {
	c.ok()
	c.quit = true
}

func reset(c *client, _ [][]byte) {
	c.b.pubsub.forget(c)
	c.endTransaction()
	c.stopMonitor()
	c.proto = resp.RESP2
	c.db = 0
	c.name = ""
	c.muted = false
	c.noEvict = false
	c.logout()
	c.simple("RESET")
}

func selectDB(c *client, args [][]byte) {
	if db, ok := c.parseDB(args[1]); ok {
		c.db = db
		c.ok()
	}
}

func auth(c *client, args [][]byte) {
	user, password := []byte(defaultUser), args[1]
	switch {
	case len(args) > 3:
		c.errorText(errSyntax)
		return
	case len(args) == 3:
		user, password = args[1], args[2]
	case c.b.users.first.is(anyPassword):
		c.errorText("ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?")
		return
	}
	if c.login(user, password) {
		c.ok()
	}
}

func hello(c *client, args [][]byte) {
	proto := c.proto
	if len(args) > 1 {
		n, ok := resp.ParseInt(args[1])
		switch {
		case !ok:
			c.errorText("ERR Protocol version is not an integer or out of range")
			return
		case n != resp.RESP2 && n != resp.RESP3:
			c.errorText("NOPROTO unsupported protocol version")
			return
		}
		proto = int(n)
	}
	var user, password, name []byte
	o := options{c: c, rest: args[min(2, len(args)):]}
	for o.more() {
		switch {
		case o.take("AUTH", 2):
			user, password = o.value(), o.value()
		case o.take("SETNAME", 1):
			if name = o.value(); !isName(name) {
				o.fail(errName)
			}
		default:
			c.errorAbout("ERR Syntax error in HELLO option", o.rest[0])
			o.failed = true
		}
	}
	if o.failed {
		return
	}
	if user != nil && !c.login(user, password) {
		return
	}
	if !c.authenticated() {
		c.errorText("NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time")
		return
	}
	if name != nil {
		c.name = string(name)
	}
	c.proto = proto
	c.mapping(7)
	c.field("server", "redis")
	c.field("version", redisVersion)
	c.bulk("proto")
	c.int(c.proto)
	c.bulk("id")
	c.int64(c.id)
	c.field("mode", "standalone")
	c.field("role", "master")
	c.bulk("modules")
	c.array(0)
}
