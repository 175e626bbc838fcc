package edge

import (
	"sync/atomic"
	"time"

	"github.com/daebus/daebus-go/edge/internal/pool"
	"github.com/daebus/daebus-go/edge/link"
)

// lane is where the messages for one handler are handled, each in one of two
// ways. One that is quick runs where the message was read: no copy, no goroutine
// to wake, and its reply goes out in one write with those beside it. One that is
// not runs in the pool, beside others.
type lane struct {
	*pool.Lane
	slow atomic.Int32 // grows with each run that was slow, and shrinks with each that was quick
}

const (
	quick   = 50 * time.Microsecond // about ten times what it costs to wake another goroutine
	penalty = 32                    // quick runs that make up for a slow one
)

// newLane makes a lane, which leaves others a quarter of the queue, if there are any.
func (r *runner) newLane(width int) *lane {
	queue := r.cfg.Queue
	if len(r.service.Actions())+len(r.service.Listeners) > 1 {
		queue -= queue / 4
	}
	return &lane{Lane: r.pool.NewLane(width, queue)}
}

// runs has t run here and now, if that is its way and there is a place for it;
// never without a turn, which may be lost.
func (l *lane) runs(t *task, turn *link.Turn, now time.Time) bool {
	if turn == nil || turn.Behind() || l.slow.Load() > penalty {
		return false
	}
	t.turn, t.begun = turn, now
	return l.Do(t.run)
}

// queues has t run in the pool, if there is room for it.
func (l *lane) queues(t *task) bool {
	t.turn = nil
	return l.Submit(t.run)
}

// took notes how long a run took. A second slow one soon after the first is no
// accident.
func (l *lane) took(d time.Duration) {
	slow := l.slow.Load()
	switch {
	case d > quick:
		l.slow.Store(min(slow+penalty, 2*penalty))
	case slow > 0:
		l.slow.Store(slow - 1)
	}
}
