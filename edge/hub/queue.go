package hub

import (
	"slices"
	"sync"

	"github.com/coder/websocket"

	"github.com/daebus/daebus-go/daebus"
)

const (
	slotCost  = 24       // bytes a queued frame takes besides its own
	keptSlots = 64       // that an empty queue keeps for a while
	maxPiece  = 64 << 10 // bytes of frames that are written at once
)

// ending is how a connection is closed.
type ending struct {
	code   websocket.StatusCode
	reason string
	abrupt bool // what waits to be sent is dropped
}

// source is what waits in a queue: a frame, or state whose newest is taken when
// the peer can be written to. It is a pointer, by which it is known.
type source interface {
	// next is what to write to p now, encoded; nothing when p has all there is.
	// It is called once for each mark that found the source not waiting, by one
	// goroutine at a time and with no lock held. The bytes must not change
	// afterwards.
	next(p *peer) []byte
}

// queue holds what waits to be written to one peer. It knows whether somebody
// writes: idle, from put, mark and close, means that nobody did, and that the
// caller must see to it.
type queue struct {
	limit int // bytes

	mu      sync.Mutex // guards below
	waiting []source   // from head on
	head    int
	size    int // bytes, of the frames that wait
	writing bool
	closed  bool
	first   [1]source // where waiting begins to grow: most often one is all that waits
	ending  ending
}

// put adds a frame. It returns Busy when the frame does not fit, unless it is
// the only one, and Unavailable when the queue is closed.
func (q *queue) put(f *frame) (idle bool, err error) { return q.putWithin(q.limit, f) }

// offer is put for what can wait elsewhere: it leaves most of the queue to others.
func (q *queue) offer(f *frame) (idle bool, err error) { return q.putWithin(q.limit/8, f) }

func (q *queue) putWithin(limit int, f *frame) (idle bool, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.closed:
		return false, daebus.Unavailable
	case q.size > 0 && q.size+f.cost() > limit:
		return false, daebus.Busy
	}
	q.size += f.cost()
	return q.addLocked(f), nil
}

// mark has a source asked, after what waits already, unless it waits itself. It
// costs nothing, so that whoever does not read gets no backlog of states.
func (q *queue) mark(s source) (idle bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed || slices.Contains(q.waiting[q.head:], s) {
		return false
	}
	return q.addLocked(s)
}

func (q *queue) addLocked(s source) (idle bool) {
	if q.waiting == nil {
		q.waiting = q.first[:0]
	}
	if len(q.waiting) == cap(q.waiting) && q.head > len(q.waiting)/2 {
		n := copy(q.waiting, q.waiting[q.head:])
		clear(q.waiting[n:])
		q.waiting, q.head = q.waiting[:n], 0
	}
	q.waiting = append(q.waiting, s)
	if len(q.waiting) > len(q.first) {
		q.first[0] = nil // was copied: it is to be forgotten when it is taken out
	}
	return q.startLocked()
}

func (q *queue) startLocked() (idle bool) {
	idle = !q.writing
	q.writing = true
	return idle
}

// take takes out what waits, up to 64 KiB unless the first alone is more, and
// returns it in one piece, to be written as it is; count is how many messages
// that makes. The piece is a frame that is shared, or in buf. Only who writes
// may call it.
func (q *queue) take(p *peer, buf *[]byte) (piece []byte, count int) {
	joining := false
	for more := true; more; {
		var s source
		if s, more = q.pop(len(piece)); s == nil {
			break
		}
		wire := s.next(p)
		if len(wire) == 0 {
			continue
		}
		if wire[0]&controlBit == 0 {
			count++
		}
		if piece == nil {
			piece = wire
			continue
		}
		if !joining {
			joining = true
			*buf = append((*buf)[:0], piece...)
		}
		*buf = append(*buf, wire...)
		piece = *buf
	}
	return piece, count
}

// pop returns nil when nothing is left that goes with what was taken already; more
// says that something is left.
func (q *queue) pop(taken int) (s source, more bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.head == len(q.waiting) {
		return nil, false
	}
	s = q.waiting[q.head]
	f, isFrame := s.(*frame)
	if taken >= maxPiece || isFrame && taken > 0 && taken+len(f.wire) > maxPiece {
		return nil, true
	}
	q.waiting[q.head] = nil
	q.head++
	if isFrame {
		q.size -= f.cost()
	}
	if q.head < len(q.waiting) {
		return s, true
	}
	q.waiting, q.head = q.waiting[:0], 0
	if cap(q.waiting) > keptSlots {
		q.waiting = nil
	}
	return s, false
}

// written says that what was taken is written. With more, the caller goes on
// writing; with closed, nothing is left and it closes the connection; otherwise
// nobody writes any more.
func (q *queue) written() (more, closed bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	more = q.head < len(q.waiting)
	closed = q.closed && !more
	q.writing = more || closed
	return more, closed
}

// trim gives back what an empty queue keeps. It reports whether nothing waits
// and nobody writes.
func (q *queue) trim() (resting bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		q.waiting = nil
	}
	return len(q.waiting) == 0 && !q.writing
}

// close lets nothing more in. Only the first ending counts: close reports
// whether it was this one.
func (q *queue) close(e ending) (first, idle bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false, false
	}
	q.closed, q.ending = true, e
	if e.abrupt {
		q.waiting, q.head, q.size = nil, 0, 0
	}
	return true, q.startLocked()
}

// end is how the queue was closed, if it was.
func (q *queue) end() (ending, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.ending, q.closed
}
