package state

import (
	"sync"
	"time"

	"github.com/daebus/daebus-go/daebus"
)

// MaxTopics is how many topics a reader subscribes to at a time.
const MaxTopics = 64

// Board is the topics of a service and their readers. It is safe for concurrent
// use.
type Board struct{ topics map[string]*shown }

// shown is a topic and who reads it.
type shown struct {
	mu    sync.Mutex // guards below
	topic *Topic
	views map[Reader]*View
}

// Reader is sent what is shown. It is used as the key of a map.
type Reader interface {
	// Offer gives the reader a frame. Whoever cannot send it soon returns false,
	// and asks the view with Next when it can; until then it is offered nothing
	// more of the topic. Offer must not block, and not use the Board.
	Offer(v *View, f *Frame) bool
}

// View is what one reader sees of one topic. A reader that subscribes again before
// it has asked gets the same one: it never holds more of them than there are topics.
type View struct {
	shown  *shown
	reader Reader
	cursor Cursor // guarded by shown.mu, as is the rest
	asks   bool   // the reader will call Next
	over   bool   // unsubscribed
}

// NewBoard returns a Board with topics of these names, which show nothing yet.
func NewBoard(names []string) *Board {
	b := &Board{topics: make(map[string]*shown, len(names))}
	for _, name := range names {
		b.topics[name] = &shown{topic: New(name), views: map[Reader]*View{}}
	}
	return b
}

// Show makes value the topic's value, as Topic.Show does, and offers it to the
// topic's readers. The error has the code NotFound when the topic was not
// declared, and Invalid when value is too large.
func (b *Board) Show(topic string, value []byte, now time.Time) error {
	s, err := b.find(topic)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	changed, err := s.topic.Show(now, value)
	if err != nil {
		return daebus.Errorf(daebus.Invalid, "%w", err)
	}
	if changed {
		for _, v := range s.views {
			v.offerLocked(now)
		}
	}
	return nil
}

// Subscribe has the reader offered what it has not got of the topic, now and
// from now on; it has seq of epoch. Subscribing again starts anew from there.
// The error has the code NotFound when there is no such topic, and Busy when the
// reader has MaxTopics already. Leave undoes it.
func (b *Board) Subscribe(r Reader, topic, epoch string, seq uint64, now time.Time) error {
	s, err := b.find(topic)
	if err != nil {
		return err
	}
	if !s.readBy(r) && b.count(r) >= MaxTopics {
		return daebus.Errorf(daebus.Busy, "%d topics are subscribed to already; unsubscribe from one", MaxTopics)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.views[r]
	if v == nil {
		v = &View{shown: s, reader: r}
		s.views[r] = v
	}
	v.over = false
	v.cursor = s.topic.Resume(epoch, seq)
	v.offerLocked(now)
	return nil
}

// Unsubscribe ends a subscription. Without one nothing happens.
func (b *Board) Unsubscribe(r Reader, topic string) {
	if s, ok := b.topics[topic]; ok {
		s.end(r)
	}
}

// Leave ends all subscriptions of the reader. It must not subscribe meanwhile.
func (b *Board) Leave(r Reader) {
	for _, s := range b.topics {
		s.drop(r)
	}
}

func (b *Board) find(topic string) (*shown, error) {
	s, ok := b.topics[topic]
	if !ok {
		return nil, daebus.Errorf(daebus.NotFound, "no topic %.80q is declared", topic)
	}
	return s, nil
}

func (b *Board) count(r Reader) (n int) {
	for _, s := range b.topics {
		if s.readBy(r) {
			n++
		}
	}
	return n
}

func (s *shown) readBy(r Reader) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.views[r]
	return v != nil && !v.over
}

// end ends a subscription. A view that the reader will ask stays until then.
func (s *shown) end(r Reader) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v := s.views[r]; v != nil {
		v.over = true
		if !v.asks {
			delete(s.views, r)
		}
	}
}

func (s *shown) drop(r Reader) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v := s.views[r]; v != nil {
		v.over = true
		delete(s.views, r)
	}
}

func (v *View) offerLocked(now time.Time) {
	if v.asks {
		return
	}
	if f, next := v.shown.topic.Next(v.cursor, now); f != nil {
		if v.reader.Offer(v, f) {
			v.cursor = next
		} else {
			v.asks = true
		}
	}
}

// Next returns the frame that brings the reader to the newest value, for one
// that did not take what it was offered; nil when its subscription has ended.
// From then on it is offered again what is shown.
func (v *View) Next(now time.Time) (f *Frame) {
	v.shown.mu.Lock()
	defer v.shown.mu.Unlock()
	v.asks = false
	if v.over {
		delete(v.shown.views, v.reader)
		return nil
	}
	f, v.cursor = v.shown.topic.Next(v.cursor, now)
	return f
}

// Place is how far the reader has come.
func (v *View) Place() (topic, epoch string, seq uint64) {
	v.shown.mu.Lock()
	defer v.shown.mu.Unlock()
	t := v.shown.topic
	return t.name, t.epoch, uint64(v.cursor)
}
