package link

import (
	"errors"
	"fmt"
)

// Follow implements daebus.Bus.
func (l *Link) Follow(channel string, fn func(channel string, msg []byte), refused func(error)) (stop func(), err error) {
	s := &subscription{fn: func(_ *Turn, channel string, msg []byte) { fn(channel, msg) }}
	stop = func() { l.remove(channel, s) }
	s.refused = func(err error) {
		l.forget(channel, s)
		refused(fmt.Errorf("follow %s: %w", channel, err))
	}
	if err := l.add(channel, s, verdict(s.refused)); err != nil && !errors.Is(err, errLost) {
		stop()
		return nil, fmt.Errorf("follow %s: %w", channel, err)
	}
	return stop, nil
}

// verdict hears that the bus refuses a subscription. A link that was lost
// refuses nothing: it subscribes when it is up again.
type verdict func(error)

// Receipt implements receipt. A refusal comes from the bus, and is told by
// who reads and without a lock; of a lost link it may be told with one.
func (v verdict) Receipt(_ int, err error) {
	if err != nil && !errors.Is(err, errLost) {
		v(err)
	}
}

// forgo gives a refused channel up, and reports false when somebody cannot do
// without it.
func (l *Link) forgo(f *feed, err error) bool {
	l.mu.RLock()
	subs := f.subs
	l.mu.RUnlock()
	for _, s := range subs {
		if s.refused == nil {
			return false
		}
	}
	for _, s := range subs {
		s.refused(err)
	}
	return true
}
