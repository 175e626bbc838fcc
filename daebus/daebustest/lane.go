package daebustest

import (
	"bytes"
	"sync"
	"time"

	"github.com/daebus/daebus-go/daebus"
)

// lane hands messages to one listener, one at a time and in order. What comes
// in while the listener is at work waits, and is handled by whoever is at it:
// nobody blocks, not even a listener that publishes on its own channel.
type lane struct {
	handle func(daebus.Message)

	mu      sync.Mutex // guards below
	atWork  bool
	waiting []daebus.Message
}

// lane returns what subscribes l.
func (s *Service) lane(l *daebus.Listener) func(channel string, msg []byte) {
	a := &lane{handle: func(m daebus.Message) { s.service.Deliver(s.work, l, m) }}
	return func(channel string, msg []byte) {
		if !a.enter(daebus.Message{Channel: channel, Data: bytes.Clone(msg), Received: time.Now()}) {
			return
		}
		for m, ok := a.next(); ok; m, ok = a.next() {
			a.handle(m)
			clear(m.Data)
		}
	}
}

// enter queues m and reports whether nobody is at work.
func (a *lane) enter(m daebus.Message) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	idle := !a.atWork
	a.atWork = true
	a.waiting = append(a.waiting, m)
	return idle
}

// next returns the oldest message that waits; when there is none, the work is over.
func (a *lane) next() (m daebus.Message, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.waiting) == 0 {
		a.atWork = false
		return m, false
	}
	m, a.waiting = a.waiting[0], a.waiting[1:]
	return m, true
}
