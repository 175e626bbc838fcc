package broker

import (
	"github.com/daebus/daebus-go/edge/broker/internal/stream"
)

// member is a consumer as one command needs it. It becomes one of the group when
// there is something for it.
type member struct {
	c         *client
	key, name []byte
	entry     *entry
	log       *log
	group     *stream.Group
	self      *stream.Consumer // nil: not looked for
}

// isOf looks for the group, which must be there, or replies the error.
func (m *member) isOf(group []byte) (ok bool) {
	m.group, m.entry, ok = m.c.heldGroup(m.key, group)
	switch {
	case !ok:
	case m.group == nil:
		m.c.errorf("NOGROUP No such key '%s' or consumer group '%s'", cString(m.key, len(m.key)), cString(group, len(group)))
	default:
		m.log = m.entry.value.(*log)
	}
	return m.group != nil
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
		m.c.effect("XGROUP CREATECONSUMER", m.key).text(m.group.Name).word(m.name)
	}
	m.self.Seen = now
	return m.self
}

// readNew replies what is new to the group, and makes it pending unless it needs
// no acknowledgement.
func (m *member) readNew(count int64, noAck bool) {
	now := m.log.clock.now()
	var last *stream.Pending
	var claims *record
	at, n := len(m.c.replies), 0
	new := m.log.After(m.group.Last)
	for ; int64(n) < count && m.c.hasRoom() && new.Next(); n++ {
		m.group.Advance(new.ID)
		m.c.item(&new.Entry)
		if noAck {
			continue
		}
		if n == 0 {
			claims = m.claims()
		}
		last = m.group.Deliver(new.ID, m.consumer(), now)
		claims.id(new.ID)
	}
	claims.claimed(last)
	m.c.arrayAt(at, n)
	m.c.effect("XGROUP SETID", m.key).progress(m.group)
}

// readAgain replies again what is pending for the consumer. An entry that is
// gone is null.
func (m *member) readAgain(from stream.ID, count int64) {
	now := m.log.clock.now()
	at, n := len(m.c.replies), 0
	w := m.consumer().Pending.From(from)
	for ; int64(n) < count && m.c.hasRoom() && w.Next(); n++ {
		e, ok := m.log.Get(w.ID)
		if !ok {
			m.c.array(2)
			m.c.streamID(w.ID)
			m.c.nullArray()
			continue
		}
		m.c.item(&e)
		w.Delivered = now
		w.Count++
		m.claims().id(w.ID).claimed(w.Pending)
	}
	m.c.arrayAt(at, n)
}

// claims begins to log what becomes pending for the consumer.
func (m *member) claims() *record {
	consumer := m.consumer() // which may have something to log before
	return m.c.effect("XCLAIM", m.key).claims(m.group, consumer)
}
