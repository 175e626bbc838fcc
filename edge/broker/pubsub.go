package broker

import (
	"maps"
	"slices"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// subscriptionCost is what a subscription takes beyond its name, about.
const subscriptionCost = 128

// pubsub knows who wants what. It is guarded by Broker.mu.
type pubsub struct {
	channels map[string]*topic
	shards   map[string]*topic // of sharded publish and subscribe, apart from channels
	patterns []*topic          // in the order they were first asked for
	used     int               // bytes, about
}

// topic is a channel or a pattern and its subscribers, the oldest first.
type topic struct {
	name string
	subs []*client
}

func (t *topic) remove(c *client) {
	if i := slices.Index(t.subs, c); i >= 0 {
		t.subs = slices.Delete(t.subs, i, i+1)
	}
}

// join subscribes a client, whose topics are mine, to one of topics.
func (p *pubsub) join(topics map[string]*topic, mine map[string]struct{}, c *client, name string) {
	t := topics[name]
	if t == nil {
		t = &topic{name: name}
		topics[name] = t
	}
	t.subs = append(t.subs, c)
	mine[name] = struct{}{}
	p.used += len(name) + subscriptionCost
}

func (p *pubsub) leave(topics map[string]*topic, mine map[string]struct{}, c *client, name string) {
	t := topics[name]
	t.remove(c)
	if len(t.subs) == 0 {
		delete(topics, name)
	}
	delete(mine, name)
	p.used -= len(name) + subscriptionCost
}

func (p *pubsub) subscribePattern(c *client, pattern string) {
	i := p.pattern(pattern)
	if i < 0 {
		i = len(p.patterns)
		p.patterns = append(p.patterns, &topic{name: pattern})
	}
	p.patterns[i].subs = append(p.patterns[i].subs, c)
	c.patterns[pattern] = struct{}{}
	p.used += len(pattern) + subscriptionCost
}

func (p *pubsub) unsubscribePattern(c *client, pattern string) {
	i := p.pattern(pattern)
	t := p.patterns[i]
	t.remove(c)
	if len(t.subs) == 0 {
		p.patterns = slices.Delete(p.patterns, i, i+1)
	}
	delete(c.patterns, pattern)
	p.used -= len(pattern) + subscriptionCost
}

func (p *pubsub) pattern(name string) int {
	return slices.IndexFunc(p.patterns, func(t *topic) bool { return t.name == name })
}

// forget ends all subscriptions of a client.
func (p *pubsub) forget(c *client) {
	for _, channel := range slices.Collect(maps.Keys(c.channels)) {
		p.leave(p.channels, c.channels, c, channel)
	}
	for _, shard := range slices.Collect(maps.Keys(c.shards)) {
		p.leave(p.shards, c.shards, c, shard)
	}
	for _, pattern := range slices.Collect(maps.Keys(c.patterns)) {
		p.unsubscribePattern(c, pattern)
	}
}

// publish queues a message for all who want it, and returns how many that are.
func (c *client) publish(channel, payload []byte) (receivers int) {
	c.b.stats.Messages++
	p := &c.b.pubsub
	if t := p.channels[string(channel)]; t != nil {
		m := message{kind: "message", channel: channel, payload: payload}
		receivers += c.deliver(t, &m)
	}
	if len(p.patterns) == 0 {
		return receivers
	}
	name := string(channel)
	for _, t := range p.patterns {
		if match(t.name, name) {
			m := message{pattern: t, channel: channel, payload: payload}
			receivers += c.deliver(t, &m)
		}
	}
	return receivers
}

// publishShard queues a message for the subscribers of a shard channel.
func (c *client) publishShard(channel, payload []byte) int {
	c.b.stats.Messages++
	t := c.b.pubsub.shards[string(channel)]
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
