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
	c.eachTopic("subscribe", args[1:], func(name string) {
		if _, ok := c.channels[name]; !ok {
			c.b.pubsub.subscribe(c, name)
		}
	})
}

func psubscribe(c *client, args [][]byte) {
	if !c.maySubscribe() {
		return
	}
	c.eachTopic("psubscribe", args[1:], func(name string) {
		if _, ok := c.patterns[name]; !ok {
			c.b.pubsub.subscribePattern(c, name)
		}
	})
}

func unsubscribe(c *client, args [][]byte) {
	c.eachTopic("unsubscribe", orAll(args[1:], c.channels), func(name string) {
		if _, ok := c.channels[name]; ok {
			c.b.pubsub.unsubscribe(c, name)
		}
	})
}

func punsubscribe(c *client, args [][]byte) {
	c.eachTopic("punsubscribe", orAll(args[1:], c.patterns), func(name string) {
		if _, ok := c.patterns[name]; ok {
			c.b.pubsub.unsubscribePattern(c, name)
		}
	})
}

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
func (c *client) eachTopic(kind string, names [][]byte, change func(string)) {
	for _, name := range names {
		change(string(name))
		c.push(3)
		c.bulk(kind)
		c.bytes(name)
		c.int(len(c.channels) + len(c.patterns))
	}
	if len(names) == 0 {
		c.push(3)
		c.bulk(kind)
		c.null()
		c.int(len(c.channels) + len(c.patterns))
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
	if c.out == nil {
		c.channels = make(map[string]struct{})
		c.patterns = make(map[string]struct{})
		c.out = newOutput(c.b.cfg, c.conn)
	}
	return true
}

// subscribed is RESP2's mode in which a connection may do little else.
func (c *client) subscribed() bool {
	return len(c.channels)+len(c.patterns) > 0 && c.proto == resp.RESP2
}

func publish(c *client, args [][]byte) {
	if limit := c.b.cfg.HardOutput / 2; len(args[1])+len(args[2]) > limit {
		c.errorf("ERR message of %d bytes is larger than half the hard output limit, %d bytes", len(args[1])+len(args[2]), limit)
		return
	}
	c.int(c.publish(args[1], args[2]))
}

func pubsubChannels(c *client, args [][]byte) {
	if len(args) > 3 {
		c.errorf("ERR unknown subcommand or wrong number of arguments for '%s'. Try PUBSUB HELP.", cString(args[1], 128))
		return
	}
	var names []string
	for name := range c.b.pubsub.channels {
		if len(args) < 3 || match(string(args[2]), name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	c.array(len(names))
	for _, name := range names {
		c.bulk(name)
	}
}

func pubsubNumSub(c *client, args [][]byte) {
	c.array(2 * len(args[2:]))
	for _, name := range args[2:] {
		n := 0
		if t := c.b.pubsub.channels[string(name)]; t != nil {
			n = len(t.subs)
		}
		c.bytes(name)
		c.int(n)
	}
}

func pubsubNumPat(c *client, _ [][]byte) { c.int(len(c.b.pubsub.patterns)) }
