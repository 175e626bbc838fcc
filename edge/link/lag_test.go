package link_test

import (
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/daebus/daebus-go/edge/internal/redistest"
	"github.com/daebus/daebus-go/edge/link"
)

// A subscriber is told that more comes in than it takes, and when that is over.
func TestBehind(t *testing.T) {
	t.Parallel()
	const messages = 10_000
	s := redistest.Start(t)
	l, asker := up(t, link.Config{Address: s.Addr}), up(t, link.Config{Address: s.Addr})
	var taken, left atomic.Int64
	_, err := l.Handle(t.Context(), "door", func(turn *link.Turn, _ string, _ []byte) {
		if turn.Behind() {
			left.Add(1)
			return
		}
		turn.Begin()
		defer turn.End()
		taken.Add(1)
		for end := time.Now().Add(100 * time.Microsecond); time.Now().Before(end); { // not long enough to lose the turn
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range messages {
		if err := asker.Post("door", []byte(strconv.Itoa(i))); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "all messages", func() bool { return taken.Load()+left.Load() == messages })
	if left.Load() == 0 {
		t.Error("a second of work was never too much")
	}
	before := taken.Load()
	eventually(t, "it has caught up", func() bool {
		asker.publish(t, "door", "more", 1)
		return taken.Load() > before
	})
}
