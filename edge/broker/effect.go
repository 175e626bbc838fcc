package broker

// journal keeps the log of changes.
type journal interface {
	// record is called under Broker.mu with what one command or transaction
	// did, in order: after a crash all of it comes back, or nothing. The changes
	// and their words are only good during the call.
	record(changes []change)
}

// change is one command of the log.
type change struct {
	db    int
	words [][]byte
}

// effects gathers what the command or transaction at hand did. It is guarded by
// Broker.mu.
type effects struct {
	dirty bool // the command changed something
	told  bool // the command said what it did
	list  []change
	words [][]byte // of the list, where they are copies
	bytes []byte   // what these copies consist of
}

// effect says what the command at hand did, in the words of one that does
// exactly that again: with generated ids, absolute expiry, and what was popped
// or delivered. It may be called several times. A command that changed something
// and does not call it is logged as it came. The words are copied.
func (c *client) effect(name string, words ...[]byte) {
	b := c.b
	b.effects.told = true
	if b.journal != nil {
		b.effects.add(c.db, name, words)
	}
}

func (fx *effects) add(db int, name string, words [][]byte) {
	from := len(fx.words)
	fx.keep([]byte(name))
	for _, w := range words {
		fx.keep(w)
	}
	fx.list = append(fx.list, change{db, fx.words[from:len(fx.words):len(fx.words)]})
}

// keep copies a word. What was kept before stays where it is when there must be
// more room.
func (fx *effects) keep(word []byte) {
	from := len(fx.bytes)
	fx.bytes = append(fx.bytes, word...)
	fx.words = append(fx.words, fx.bytes[from:len(fx.bytes):len(fx.bytes)])
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
	if fx.dirty && !fx.told && c.b.journal != nil {
		fx.list = append(fx.list, change{c.db, args})
	}
}

// settle follows a command or a transaction: the clients that waited for what it
// changed are served, and all of it goes to the log. The one that wakes them is
// c.
func (b *Broker) settle(c *client) {
	if len(b.changed) > 0 {
		b.serveWaiting(c)
	}
	fx := &b.effects
	if len(fx.list) == 0 {
		return
	}
	b.journal.record(fx.list)
	clear(fx.list)
	clear(fx.words)
	fx.list, fx.words, fx.bytes = fx.list[:0], fx.words[:0], fx.bytes[:0]
	if cap(fx.bytes) > keepReplies || cap(fx.list) > keepFrames {
		fx.list, fx.words, fx.bytes = nil, nil, nil
	}
}
