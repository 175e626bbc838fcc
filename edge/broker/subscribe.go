package broker

import (
	"maps"
	"slices"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

func subscribe(c *client, args [][]byte) {
	if !c.maySubscribe() {
		return
	}
	p := &c.b.pubsub
	c.eachTopic("subscribe", args[1:], c.topics, func(name string) {
		if _, ok := c.channels[name]; !ok {
			p.join(p.channels, c.channels, c, name)
		}
	})
}

func ssubscribe(c *client, args [][]byte) {
	if !c.maySubscribe() {
		return
	}
	p := &c.b.pubsub
	c.eachTopic("ssubscribe", args[1:], c.shardTopics, func(name string) {
		if _, ok := c.shards[name]; !ok {
			p.join(p.shards, c.shards, c, name)
		}
	})
}

func psubscribe(c *client, args [][]byte) {
	if !c.maySubscribe() {
		return
	}
	c.eachTopic("psubscribe", args[1:], c.topics, func(name string) {
		if _, ok := c.patterns[name]; !ok {
			c.b.pubsub.subscribePattern(c, name)
		}
	})
}

func unsubscribe(c *client, args [][]byte) {
	p := &c.b.pubsub
	c.eachTopic("unsubscribe", orAll(args[1:], c.channels), c.topics, func(name string) {
		if _, ok := c.channels[name]; ok {
			p.leave(p.channels, c.channels, c, name)
		}
	})
}

func sunsubscribe(c *client, args [][]byte) {
	p := &c.b.pubsub
	c.eachTopic("sunsubscribe", orAll(args[1:], c.shards), c.shardTopics, func(name string) {
		if _, ok := c.shards[name]; ok {
			p.leave(p.shards, c.shards, c, name)
		}
	})
}

func punsubscribe(c *client, args [][]byte) {
	c.eachTopic("punsubscribe", orAll(args[1:], c.patterns), c.topics, func(name string) {
		if _, ok := c.patterns[name]; ok {
			c.b.pubsub.unsubscribePattern(c, name)
		}
	})
}

// topics and shardTopics are the counts that confirmations tell.
func (c *client) topics() int      { return len(c.channels) + len(c.patterns) }
func (c *client) shardTopics() int { return len(c.shards) }

func orAll(names [][]byte, all map[string]struct{}) [][]byte {
	if len(names) > 0 {
		return names
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		names = append(names, []byte(name))
	}
	return names
}

// eachTopic makes a change per name and confirms each. Confirmations are queued
// before the lock is released, so that no message of a new channel overtakes.
func (c *client) eachTopic(kind string, names [][]byte, count func() int, change func(string)) {
	for _, name := range names {
		change(string(name))
		c.push(3)
		c.bulk(kind)
		c.bytes(name)
		c.int(count())
	}
	if len(names) == 0 {
		c.push(3)
		c.bulk(kind)
		c.null()
		c.int(count())
	}
	if c.out != nil {
		c.hand()
	}
}

// maySubscribe makes the client ready for messages, if memory allows for it.
func (c *client) maySubscribe() bool {
	if c.b.memory() > c.b.cfg.MaxMemory {
		c.errorText(errMemory)
		return false
	}
	if c.channels == nil {
		c.channels = make(map[string]struct{})
		c.patterns = make(map[string]struct{})
		c.shards = make(map[string]struct{})
	}
	c.startOutput()
	return true
}

// startOutput makes the client one that gets more than replies.
func (c *client) startOutput() {
	if c.out == nil {
		c.out = newOutput(c.b, c.conn)
	}
}

// subscribed is RESP2's mode in which a connection may do little else.
func (c *client) subscribed() bool {
	return c.proto == resp.RESP2 && c.topics()+len(c.shards) > 0
}
