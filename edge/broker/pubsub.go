package broker

import (
	"slices"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// subscriptionCost is what a subscription takes beyond its name, about.
const subscriptionCost = 128

// family is a kind of topic. Their names are apart from each other.
type family uint8

const (
	channels family = iota
	shards          // channels of sharded publish and subscribe
	patterns
	families
)

// pubsub knows who wants what. It is guarded by Broker.mu.
type pubsub struct {
	topics   [families]map[string]*topic
	patterns []*topic // those of their family, in the order they were first asked for
	used     int      // bytes, about
}

// topic is a channel or a pattern and its subscribers, the oldest first.
type topic struct {
	name string
	subs []*client
}

// join subscribes a client, unless it is subscribed already.
func (p *pubsub) join(f family, c *client, name string) {
	if c.topics[f][name] != nil {
		return
	}
	t := p.topics[f][name]
	if t == nil {
		t = &topic{name: name}
		if p.topics[f] == nil {
			p.topics[f] = make(map[string]*topic)
		}
		p.topics[f][name] = t
		if f == patterns {
			p.patterns = append(p.patterns, t)
		}
	}
	t.subs = append(t.subs, c)
	if c.topics[f] == nil {
		c.topics[f] = make(map[string]*topic)
	}
	c.topics[f][name] = t
	p.used += len(name) + subscriptionCost
}

// leave ends a subscription, if there is one.
func (p *pubsub) leave(f family, c *client, name string) {
	t := c.topics[f][name]
	if t == nil {
		return
	}
	delete(c.topics[f], name)
	p.used -= len(name) + subscriptionCost
	if t.subs = without(t.subs, c); len(t.subs) > 0 {
		return
	}
	delete(p.topics[f], name)
	if f == patterns {
		p.patterns = without(p.patterns, t)
	}
}

// without removes one from a list, if it is there.
func without[T comparable](list []T, one T) []T {
	i := slices.Index(list, one)
	if i < 0 {
		return list
	}
	last := len(list) - 1
	copy(list[i:], list[i+1:])
	clear(list[last:])
	return list[:last]
}

// forget ends all subscriptions of a client.
//
//go:noinline
func (p *pubsub) forget(c *client) {
	for f := range families {
		for name := range c.topics[f] {
			p.leave(f, c, name)
		}
	}
}

// publish queues a message for all who want it, and returns how many that are.
func (c *client) publish(channel, payload []byte) (receivers int) {
	c.b.stats.Messages++
	p := &c.b.pubsub
	if t := p.topics[channels][string(channel)]; t != nil {
		m := message{kind: "message", channel: channel, payload: payload}
		receivers += c.deliver(t, &m)
	}
	if len(p.patterns) == 0 {
		return receivers
	}
	for _, t := range p.patterns {
		if match(t.name, channel) {
			m := message{pattern: t, channel: channel, payload: payload}
			receivers += c.deliver(t, &m)
		}
	}
	return receivers
}

// publishShard queues a message for the subscribers of a shard channel.
func (c *client) publishShard(channel, payload []byte) int {
	c.b.stats.Messages++
	t := c.b.pubsub.topics[shards][string(channel)]
	if t == nil {
		return 0
	}
	return c.deliver(t, &message{kind: "smessage", channel: channel, payload: payload})
}

// deliver queues a message for every subscriber, and notes whom to write to once
// the publisher's pipeline is done.
func (c *client) deliver(t *topic, m *message) (receivers int) {
	m.own, m.many = len(t.subs) == 1, len(t.subs) >= manySubscribers
	for _, sub := range t.subs {
		if c.send(sub, m.frame(c, sub.proto)) {
			receivers++
		}
	}
	c.b.stats.Delivered += int64(receivers)
	return receivers
}

// send queues a frame for a client that has an output, and reports whether it
// was taken. What c sends to itself comes behind its earlier replies, and not
// into the middle of a transaction's.
func (c *client) send(to *client, f *frame) bool {
	if to == c {
		if c.executing {
			c.late = append(c.late, f.keep())
			return true
		}
		c.hand()
	}
	if to.heard != c.id {
		to.heard, c.crowd = c.id, true
	}
	return c.enqueue(to.out, f)
}

// sendLate queues the messages that a transaction sent to its own client.
func (c *client) sendLate() {
	if len(c.late) == 0 {
		return
	}
	for _, w := range c.late {
		c.send(c, &frame{body: w.bytes, whole: w})
	}
	c.late = nil
}

// message is one publication, encoded at most once per protocol version.
type message struct {
	kind    string // message or smessage
	pattern *topic // nil: it goes to the subscribers of the channel
	channel []byte
	payload []byte
	own     bool // it goes to one subscriber
	many    bool // it goes to very many
	frames  [2]frame
}

// frame returns the message in one protocol version, around which it has c's
// memory until c's next message.
func (m *message) frame(c *client, proto int) *frame {
	f := &m.frames[proto-resp.RESP2]
	if f.head == nil {
		around := &c.around[proto-resp.RESP2]
		*around = m.appendHead(reuse(*around), proto)
		f.head, f.body, f.own, f.many = *around, m.payload, m.own, m.many
		*around = append(*around, "\r\n"...)
		f.tail = (*around)[len(f.head):]
		f.head = (*around)[:len(f.head)]
	}
	return f
}

// appendHead appends all that goes before the payload.
func (m *message) appendHead(dst []byte, proto int) []byte {
	if m.pattern == nil {
		dst = resp.AppendPushHeader(dst, proto, 3)
		dst = resp.AppendBulk(dst, m.kind)
	} else {
		dst = resp.AppendPushHeader(dst, proto, 4)
		dst = resp.AppendBulk(dst, "pmessage")
		dst = resp.AppendBulk(dst, m.pattern.name)
	}
	dst = resp.AppendBulk(dst, m.channel)
	return resp.AppendBulkHeader(dst, len(m.payload))
}
