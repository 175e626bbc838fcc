package state_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/state"
)

// screen takes frames while there is room, and asks for what it had none for.
type screen struct {
	room int

	mu      sync.Mutex // guards below
	waiting []item
}

// item is a frame, or a view to ask.
type item struct {
	frame *state.Frame
	view  *state.View
}

func (s *screen) Offer(v *state.View, frame *state.Frame) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.waiting) >= s.room {
		s.waiting = append(s.waiting, item{view: v})
		return false
	}
	s.waiting = append(s.waiting, item{frame: frame})
	return true
}

// next is the oldest frame, nil when there is none.
func (s *screen) next() *state.Frame {
	for {
		s.mu.Lock()
		if len(s.waiting) == 0 {
			s.mu.Unlock()
			return nil
		}
		i := s.waiting[0]
		s.waiting = s.waiting[1:]
		s.mu.Unlock()
		if i.view == nil {
			return i.frame
		}
		if frame := i.view.Next(start); frame != nil {
			return frame
		}
	}
}

// seqs reads all there is and returns the sequence numbers.
func (s *screen) seqs(t testing.TB) (all []uint64) {
	t.Helper()
	for frame := s.next(); frame != nil; frame = s.next() {
		all = append(all, decode(t, frame).Seq)
	}
	return all
}

func (s *screen) want(t testing.TB, seqs ...uint64) {
	t.Helper()
	if got := s.seqs(t); fmt.Sprint(got) != fmt.Sprint(seqs) {
		t.Errorf("a screen got %v, want %v", got, seqs)
	}
}

// step shows n, as the value of a topic.
func step(t testing.TB, b *state.Board, topic string, n int) {
	t.Helper()
	if err := b.Show(topic, fmt.Appendf(nil, `{"n":%d,"pad":"%020d"}`, n, 0), start); err != nil {
		t.Fatal(err)
	}
}

func subscribe(t testing.TB, b *state.Board, r state.Reader, topic string) {
	t.Helper()
	if err := b.Subscribe(r, topic, "", 0, start); err != nil {
		t.Fatal(err)
	}
}

func TestReaderWithoutRoomGetsTheNewest(t *testing.T) {
	b := state.NewBoard([]string{"t"})
	fast, slow := &screen{room: 100}, &screen{room: 2}
	subscribe(t, b, fast, "t")
	subscribe(t, b, slow, "t")
	for n := range 9 {
		step(t, b, "t", n)
	}
	fast.want(t, 1, 2, 3, 4, 5, 6, 7, 8, 9)
	slow.want(t, 1, 2, 9)
	step(t, b, "t", 9)
	fast.want(t, 10)
	slow.want(t, 10)
}

func TestUnsubscribe(t *testing.T) {
	b := state.NewBoard([]string{"t"})
	s, full := &screen{room: 1}, &screen{}
	b.Unsubscribe(s, "t")
	b.Unsubscribe(s, "nope")
	step(t, b, "t", 1)
	subscribe(t, b, s, "t")
	subscribe(t, b, full, "t")
	subscribe(t, b, s, "t")
	s.want(t, 1, 1) // asked again, it is told again
	b.Unsubscribe(s, "t")
	b.Leave(full)
	step(t, b, "t", 2)
	s.want(t)
	full.want(t)
}

// A reader that does not read is offered a topic once, however often it asks for it.
func TestSubscribingAgainAndAgain(t *testing.T) {
	b := state.NewBoard([]string{"t"})
	step(t, b, "t", 1)
	s := new(screen)
	for range 3 {
		subscribe(t, b, s, "t")
		b.Unsubscribe(s, "t")
		subscribe(t, b, s, "t")
	}
	step(t, b, "t", 2)
	if n := len(s.waiting); n != 1 {
		t.Errorf("%d views wait to be asked, want 1", n)
	}
	s.want(t, 2)
	subscribe(t, b, s, "t")
	b.Unsubscribe(s, "t")
	s.want(t)
	subscribe(t, b, s, "t")
	s.want(t, 2)
}

func TestSubscriptionsAreBounded(t *testing.T) {
	var names []string
	for i := range state.MaxTopics + 1 {
		names = append(names, fmt.Sprint(i))
	}
	b := state.NewBoard(names)
	s := new(screen)
	for _, name := range names[:state.MaxTopics] {
		subscribe(t, b, s, name)
	}
	subscribe(t, b, s, "0")
	if err := b.Subscribe(s, names[state.MaxTopics], "", 0, start); !errors.Is(err, daebus.Busy) {
		t.Errorf("one too many: %v", err)
	}
	b.Unsubscribe(s, "0")
	subscribe(t, b, s, names[state.MaxTopics])
	if err := b.Subscribe(s, "nope", "", 0, start); !errors.Is(err, daebus.NotFound) {
		t.Errorf("no such topic: %v", err)
	}
}

// TestScreensAtOnce shows, subscribes and reads all at the same time. Every
// screen can follow what it is sent, and ends up with the newest.
func TestScreensAtOnce(t *testing.T) {
	const shown, screens = 2000, 20
	topics := []string{"a", "b"}
	b := state.NewBoard(topics)
	var showing, reading sync.WaitGroup
	over := make(chan struct{})
	for _, topic := range topics {
		showing.Go(func() {
			for n := range shown {
				step(t, b, topic, n)
			}
		})
	}
	for i := range uint64(screens) {
		reading.Go(func() {
			s := &screen{room: int(i % 4)}
			r := rand.New(rand.NewPCG(i, 0))
			has := map[string]*reader{"a": {}, "b": {}}
			for _, topic := range topics {
				subscribe(t, b, s, topic)
			}
			left := "" // its topic, for as long as frames of it may be on the way
			for last := false; ; {
				if frame := s.next(); frame != nil {
					if topic := decode(t, frame).Topic; topic != left {
						has[topic].take(t, frame)
					}
					continue
				}
				if left != "" {
					if err := b.Subscribe(s, left, has[left].epoch, has[left].seq, start); err != nil {
						t.Error(err)
					}
					left = ""
					continue
				}
				if last {
					break
				}
				select {
				case <-over:
					last = true // but for what came before
				default:
				}
				if r.IntN(100) == 0 {
					left = topics[r.IntN(2)]
					b.Unsubscribe(s, left)
				}
			}
			for _, topic := range topics {
				has[topic].has(t, fmt.Appendf(nil, `{"n":%d,"pad":"%020d"}`, shown-1, 0))
			}
			b.Leave(s)
		})
	}
	showing.Wait()
	close(over)
	reading.Wait()
}
