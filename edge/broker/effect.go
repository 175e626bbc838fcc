package broker

// effects is what the command at hand did. It is guarded by Broker.mu.
type effects struct {
	dirty bool // it changed something
	told  bool // it said what it did
}

// effect says what the command at hand did to a key, in the words of one that
// does exactly that again: with generated ids, absolute expiry, and what was
// popped or delivered. Further words go to the record that it returns, which is
// nil when the log wants none. It may be called several times. A command that
// changed something and does not call it is logged as it came.
func (c *client) effect(name string, key []byte, words ...[]byte) *record {
	c.b.effects.told = true
	return c.b.aof.begin(spot{c.db, key}, name, words...)
}

// repeat is effect for a command of any keys.
func (c *client) repeat(words ...[]byte) {
	c.b.effects.told = true
	if cmd, _ := c.b.find(words); c.b.aof != nil && c.b.aof.takes(c.db, cmd.keysIn(words)) {
		c.b.aof.record.open(c.db).word(words...)
	}
}

// execute runs one command and notes what it did.
func (c *client) execute(cmd *command, args [][]byte) {
	fx := &c.b.effects
	fx.dirty, fx.told = false, false
	c.last = cmd
	cmd.run(c, args)
	if len(c.b.monitors) > 0 {
		c.show(cmd, args)
	}
	if fx.dirty && !fx.told {
		c.repeat(args...)
	}
}

// settle follows a command or a transaction: the clients that waited for what it
// changed are served, and all of it goes to the log. The one that wakes them is
// c.
func (b *Broker) settle(c *client) {
	if len(b.changed) > 0 {
		b.serveWaiting(c)
	}
	if b.aof != nil {
		b.aof.settle()
	}
}
