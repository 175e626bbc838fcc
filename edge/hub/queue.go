package hub

import (
	"sync"

	"github.com/coder/websocket"

	"github.com/daebus/daebus-go/daebus"
)

const (
	frameCost = 24 // bytes a queued frame takes besides its own
	keptSlots = 64 // frames that an empty queue keeps room for
)

// ending is how a connection is closed.
type ending struct {
	code   websocket.StatusCode
	reason string
	abrupt bool // what waits to be sent is dropped
}

// queue holds the frames that wait to be written to one peer.
type queue struct {
	limit int // bytes

	mu     sync.Mutex // guards below
	ready  sync.Cond
	frames [][]byte // from head on
	head   int
	size   int // bytes, of what waits
	closed bool
	ending ending
}

func newQueue(limit int) *queue {
	q := &queue{limit: limit}
	q.ready.L = &q.mu
	return q
}

// put adds a frame, which is kept. It returns Busy when the frame does not fit,
// unless it is the only one, and Unavailable when the queue is closed.
func (q *queue) put(frame []byte) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	cost := len(frame) + frameCost
	switch {
	case q.closed:
		return daebus.Unavailable
	case q.size > 0 && q.size+cost > q.limit:
		return daebus.Busy
	}
	if len(q.frames) == cap(q.frames) && q.head > len(q.frames)/2 {
		n := copy(q.frames, q.frames[q.head:])
		clear(q.frames[n:])
		q.frames, q.head = q.frames[:n], 0
	}
	q.frames = append(q.frames, frame)
	q.size += cost
	q.ready.Signal()
	return nil
}

// next waits for a frame and takes it out. It reports false when the queue is
// closed and empty.
func (q *queue) next() ([]byte, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.size == 0 && !q.closed {
		q.ready.Wait()
	}
	if q.size == 0 {
		return nil, false
	}
	frame := q.frames[q.head]
	q.frames[q.head] = nil
	q.head++
	q.size -= len(frame) + frameCost
	if q.size == 0 {
		q.frames, q.head = q.frames[:0], 0
		if cap(q.frames) > keptSlots {
			q.frames = nil
		}
	}
	return frame, true
}

// close lets no more frames in. Only the first ending counts: close reports
// whether it was this one.
func (q *queue) close(e ending) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false
	}
	q.closed, q.ending = true, e
	if e.abrupt {
		q.frames, q.head, q.size = nil, 0, 0
	}
	q.ready.Signal()
	return true
}

// end is how the queue was closed, if it was.
func (q *queue) end() (ending, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.ending, q.closed
}
