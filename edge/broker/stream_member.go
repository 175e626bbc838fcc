package broker

import (
	"github.com/daebus/daebus-go/edge/broker/internal/stream"
)

// member is a consumer as one command needs it. It becomes one of the group when
// there is something for it.
type member struct {
	c         *client
	log       *log
	key, name []byte
	group     *stream.Group
	self      *stream.Consumer // nil: not looked for
}

// consumer returns the consumer, which may be new, and notes that it was seen.
func (m *member) consumer() *stream.Consumer {
	if m.self != nil {
		return m.self
	}
	now := m.log.clock.now()
	m.self = m.group.Consumer(m.name)
	if m.self == nil {
		m.self = m.group.CreateConsumer(string(m.name), now)
		m.c.effect("XGROUP", []byte("CREATECONSUMER"), m.key, []byte(m.group.Name), m.name)
	}
	m.self.Seen = now
	return m.self
}

// readNew replies what is new to the group, and makes it pending unless it needs
// no acknowledgement.
func (m *member) readNew(count int64, noAck bool) {
	from, _ := m.group.Last.Next()
	now := m.log.clock.now()
	var last *stream.Pending
	var ids []stream.ID
	at, n := len(m.c.replies), 0
	for e := range m.log.Range(from, stream.Max) {
		m.group.Advance(e.ID)
		m.c.item(e)
		if !noAck {
			last = m.group.Deliver(e.ID, m.consumer(), now)
			ids = append(ids, e.ID)
		}
		if n++; int64(n) == count || !m.c.hasRoom() {
			break
		}
	}
	m.c.arrayAt(at, n)
	for len(ids) > 0 {
		n := min(len(ids), mostTogether)
		m.logClaim(last, ids[:n]...)
		ids = ids[n:]
	}
	m.c.logProgress(m.key, m.group)
}

// readAgain replies again what is pending for the consumer. An entry that is
// gone is null.
func (m *member) readAgain(from stream.ID, count int64) {
	now := m.log.clock.now()
	at, n := len(m.c.replies), 0
	for p := range m.consumer().Pending.From(from) {
		if int64(n) == count || !m.c.hasRoom() {
			break
		}
		n++
		e, ok := m.log.Get(p.ID)
		if !ok {
			m.c.array(2)
			m.c.streamID(p.ID)
			m.c.nullArray()
			continue
		}
		m.c.item(e)
		p.Delivered = now
		p.Count++
		m.logClaim(p, p.ID)
	}
	m.c.arrayAt(at, n)
}

// take makes an entry pending for the consumer, and replies it or its ID.
func (m *member) take(p *stream.Pending, e stream.Entry, bare bool) {
	m.group.Assign(p, m.consumer())
	if bare {
		m.c.streamID(e.ID)
	} else {
		m.c.item(e)
	}
	m.logClaim(p, p.ID)
}

// drop ends what is pending, for whomever, of an entry that is gone.
func (m *member) drop(p *stream.Pending) {
	m.group.Ack(p.ID)
	m.c.effect("XACK", m.key, []byte(m.group.Name), idWord(p.ID))
}

// logClaim logs that entries have become pending as p is.
func (m *member) logClaim(p *stream.Pending, ids ...stream.ID) {
	if m.c.b.journal != nil {
		m.c.effect("XCLAIM", m.log.claim(m.key, m.group, p, ids...)[1:]...)
	}
}
