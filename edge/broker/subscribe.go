package broker

import "github.com/daebus/daebus-go/edge/internal/resp"

// family is that of the topics which the command is about.
func (c *client) family() family {
	switch {
	case c.is(sharded):
		return shards
	case c.is(patterned):
		return patterns
	}
	return channels
}

// subscribe subscribes to each name, if memory allows for it. Confirmations are
// queued before the lock is released, so that no message of a new channel
// overtakes.
func subscribe(c *client, args [][]byte) {
	if c.b.memory() > c.b.cfg.MaxMemory {
		c.errorText(errMemory)
		return
	}
	c.startOutput()
	f := c.family()
	for _, name := range args[1:] {
		c.b.pubsub.join(f, c, string(name))
		c.confirm(f, name)
	}
	c.hand()
}

// unsubscribe ends the subscriptions to the names; without any, all of the family.
func unsubscribe(c *client, args [][]byte) {
	f, names := c.family(), args[1:]
	if len(names) == 0 {
		for name := range c.topics[f] {
			names = append(names, []byte(name))
		}
	}
	for _, name := range names {
		c.b.pubsub.leave(f, c, string(name))
		c.confirm(f, name)
	}
	if len(names) == 0 {
		c.confirm(f, nil)
	}
	if c.out != nil {
		c.hand()
	}
}

// confirm replies what became of a subscription, if there was one, and how many
// there are now.
func (c *client) confirm(f family, name []byte) {
	c.push(3)
	c.bulk(c.last.name)
	if name == nil {
		c.null()
	} else {
		c.bytes(name)
	}
	n := len(c.topics[f])
	if f != shards {
		n = len(c.topics[channels]) + len(c.topics[patterns])
	}
	c.int(n)
}

// startOutput makes the client one that gets more than replies.
func (c *client) startOutput() {
	if c.out == nil {
		c.out = newOutput(c.b, c.conn)
	}
}

// subscribed is RESP2's mode in which a connection may do little else.
func (c *client) subscribed() bool {
	return c.proto == resp.RESP2 && c.subscriptions() > 0
}

func (c *client) subscriptions() (n int) {
	for _, topics := range c.topics {
		n += len(topics)
	}
	return n
}
