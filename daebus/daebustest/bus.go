package daebustest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/daebus/daebus-go/daebus"
)

// Bus is a daebus.Bus in memory. It delivers in the goroutine of the publisher:
// when Publish returns, every subscriber has had the message. A message that a
// subscriber publishes meanwhile is delivered first, before the subscribers
// that are still to come get the one at hand.
//
// Each subscriber gets a copy of its own, which is wiped when it returns, so
// that keeping borrowed bytes shows.
//
// It is safe for concurrent use, and no lock is held while a subscriber runs.
type Bus struct {
	mu       sync.Mutex // guards below
	subs     []*subscription
	watchers []*watcher
	down     error     // why the link is lost; nil while it stands
	since    time.Time // when it was lost
}

type subscription struct {
	pattern string
	fn      func(channel string, msg []byte)
	stopped atomic.Bool
}

// watcher is told when the link goes and comes.
type watcher struct {
	tell func(daebus.LinkEvent)
}

// NewBus returns a bus whose link stands.
func NewBus() *Bus { return &Bus{} }

// Publish hands msg to the subscribers of channel, in the order in which they
// subscribed, and reports how many they are.
func (b *Bus) Publish(ctx context.Context, channel string, msg []byte) (receivers int, err error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	subs, err := b.subscribers(channel)
	if err != nil {
		return 0, err
	}
	for _, s := range subs {
		s.deliver(channel, msg)
	}
	return len(subs), nil
}

// Post is Publish without the number.
func (b *Bus) Post(channel string, msg []byte) error {
	_, err := b.Publish(context.Background(), channel, msg)
	return err
}

// PostFrom is Post; the sender is told before it returns.
func (b *Bus) PostFrom(sender daebus.Sender, number uint64, channel string, msg []byte) error {
	n, err := b.Publish(context.Background(), channel, msg)
	if err == nil && n == 0 {
		sender.Bounced(number, nil)
	}
	return err
}

// Subscribe calls fn with each message on channel; a trailing * makes it a
// pattern. While the link is cut the subscription is made all the same.
func (b *Bus) Subscribe(ctx context.Context, channel string, fn func(channel string, msg []byte)) (stop func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s := &subscription{pattern: channel, fn: fn}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.subs = append(b.subs, s)
	return func() { b.unsubscribe(s) }, nil
}

// Follow is Subscribe, and never refused.
func (b *Bus) Follow(channel string, fn func(channel string, msg []byte), _ func(error)) (stop func(), err error) {
	return b.Subscribe(context.Background(), channel, fn)
}

func (b *Bus) unsubscribe(s *subscription) {
	s.stopped.Store(true)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.subs = without(b.subs, s)
}

func (b *Bus) subscribers(channel string) (subs []*subscription, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.down != nil {
		return nil, fmt.Errorf("%w: %w", errDown, b.down)
	}
	for _, s := range b.subs {
		if s.matches(channel) {
			subs = append(subs, s)
		}
	}
	return subs, nil
}

func (s *subscription) matches(channel string) bool {
	prefix, open := strings.CutSuffix(s.pattern, "*")
	return s.pattern == channel || open && strings.HasPrefix(channel, prefix)
}

func (s *subscription) deliver(channel string, msg []byte) {
	if s.stopped.Load() {
		return // by a subscriber before it
	}
	own := bytes.Clone(msg)
	defer clear(own)
	s.fn(channel, own)
}

// Cut takes the link away, for the reason err: what is published fails with the
// code Unavailable, and the OnLink functions of the services that run are told.
// A nil err is "cut by the test". Cutting twice is cutting once.
func (b *Bus) Cut(err error) {
	err = cmp.Or(err, errCut)
	b.tell(func() (daebus.LinkEvent, bool) {
		if b.down != nil {
			return daebus.LinkEvent{}, false
		}
		b.down, b.since = err, time.Now()
		return daebus.LinkEvent{Err: err}, true
	})
}

// Heal brings the link back. The OnLink functions are told how long it was away.
func (b *Bus) Heal() {
	b.tell(func() (daebus.LinkEvent, bool) {
		if b.down == nil {
			return daebus.LinkEvent{}, false
		}
		b.down = nil
		return daebus.LinkEvent{Up: true, Gap: time.Since(b.since)}, true
	})
}

var (
	errCut  = errors.New("cut by the test")
	errDown = daebus.Errorf(daebus.Unavailable, "the link is down") // strangers do not read why
)

// tell changes the link and tells the watchers what change says happened.
func (b *Bus) tell(change func() (e daebus.LinkEvent, changed bool)) {
	b.mu.Lock()
	e, changed := change()
	watchers := b.watchers
	b.mu.Unlock()
	if !changed {
		return
	}
	for _, w := range watchers {
		w.tell(e)
	}
}

// watch calls fn with how the link is and with what becomes of it.
func (b *Bus) watch(fn func(daebus.LinkEvent)) (stop func()) {
	w := &watcher{fn}
	b.mu.Lock()
	b.watchers = append(b.watchers[:len(b.watchers):len(b.watchers)], w)
	down := b.down
	b.mu.Unlock()
	fn(daebus.LinkEvent{Up: down == nil, Err: down})
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.watchers = without(b.watchers, w)
	}
}

// without returns a copy of list that lacks item: a delivery may be walking
// over the list as it was.
func without[T comparable](list []T, item T) []T {
	return slices.DeleteFunc(slices.Clone(list), func(other T) bool { return other == item })
}
