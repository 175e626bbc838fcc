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
	patterns []*topic // in the order they were first asked for
	used     int      // bytes, about
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

func (p *pubsub) subscribe(c *client, channel string) {
	t := p.channels[channel]
	if t == nil {
		t = &topic{name: channel}
		p.channels[channel] = t
	}
	t.subs = append(t.subs, c)
	c.channels[channel] = struct{}{}
	p.used += len(channel) + subscriptionCost
}

func (p *pubsub) unsubscribe(c *client, channel string) {
	t := p.channels[channel]
	t.remove(c)
	if len(t.subs) == 0 {
		delete(p.channels, channel)
	}
	delete(c.channels, channel)
	p.used -= len(channel) + subscriptionCost
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
		p.unsubscribe(c, channel)
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
		m := message{channel: channel, payload: payload}
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

// deliver queues one frame for every subscriber, and notes whom to wake once
// the publisher's pipeline is done.
func (c *client) deliver(t *topic, m *message) (receivers int) {
	for _, sub := range t.subs {
		frame := m.frame(sub.proto)
		if sub == c {
			if c.executing { // not into the middle of EXEC's reply
				c.late = append(c.late, frame)
				receivers++
				continue
			}
			c.hand() // its earlier replies come first
		}
		taken, signal := sub.out.put(frame)
		if taken {
			receivers++
		}
		if signal {
			c.wake = append(c.wake, sub.out)
		}
	}
	c.b.stats.Delivered += int64(receivers)
	return receivers
}

// sendLate queues the messages that a transaction sent to its own client.
func (c *client) sendLate() {
	if len(c.late) == 0 {
		return
	}
	c.hand()
	for _, frame := range c.late {
		if _, signal := c.out.put(frame); signal {
			c.wake = append(c.wake, c.out)
		}
	}
	c.late = nil
}

// message is one publication, encoded at most once per protocol version.
type message struct {
	pattern *topic // nil: it goes to the subscribers of the channel
	channel []byte
	payload []byte
	encoded [2][]byte
}

// frame returns the message in one protocol version. It is shared and never
// changes.
func (m *message) frame(proto int) []byte {
	encoded := &m.encoded[proto-resp.RESP2]
	if *encoded == nil {
		*encoded = m.encode(proto)
	}
	return *encoded
}

func (m *message) encode(proto int) []byte {
	const around = 64 // headers and line ends
	size := around + len(m.channel) + len(m.payload)
	if m.pattern == nil {
		dst := resp.AppendPushHeader(make([]byte, 0, size), proto, 3)
		dst = resp.AppendBulk(dst, "message")
		dst = resp.AppendBulk(dst, m.channel)
		return resp.AppendBulk(dst, m.payload)
	}
	size += len(m.pattern.name)
	dst := resp.AppendPushHeader(make([]byte, 0, size), proto, 4)
	dst = resp.AppendBulk(dst, "pmessage")
	dst = resp.AppendBulk(dst, m.pattern.name)
	dst = resp.AppendBulk(dst, m.channel)
	return resp.AppendBulk(dst, m.payload)
}
