package inproc

import (
	"io"
	"os"
	"sync"
	"time"
)

const (
	most  = 64 << 10 // bytes on the way in one direction
	keep  = 4 << 10  // a larger buffer is dropped once it is little used
	slack = 32       // times in a row that it may be little used
)

// buffer is one direction of a connection.
type buffer struct {
	reader, writer end

	mu     sync.Mutex // guards below
	data   []byte     // data[from:] is on the way
	from   int
	slack  int  // times in a row that little of data was used
	broken bool // the reader has gone
	ended  bool // the writer has gone, or both
}

// end is who waits at one end of a buffer. Only one of several who call at once
// is at it.
type end struct {
	turn  sync.Mutex
	wake  chan struct{} // capacity 1: there may be something to do
	timer *time.Timer   // for whoever has the turn

	mu       sync.Mutex // guards below
	deadline time.Time
}

func newBuffer() *buffer {
	b := new(buffer)
	b.reader.wake, b.writer.wake = make(chan struct{}, 1), make(chan struct{}, 1)
	return b
}

func (e *end) signal() {
	select {
	case e.wake <- struct{}{}:
	default: // it knows
	}
}

func (e *end) setDeadline(t time.Time) {
	e.mu.Lock()
	e.deadline = t
	e.mu.Unlock()
	e.signal() // it may be waiting for longer
}

// left is how long may be waited; limited is false when that is for ever.
func (e *end) left() (d time.Duration, limited bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.deadline.IsZero() {
		return 0, false
	}
	return time.Until(e.deadline), true
}

// wait returns when there may be something to do, or that time is over.
func (e *end) wait() error {
	d, limited := e.left()
	if !limited {
		<-e.wake
		return nil
	}
	if d <= 0 {
		return os.ErrDeadlineExceeded
	}
	if e.timer == nil {
		e.timer = time.NewTimer(d)
	} else {
		e.timer.Reset(d)
	}
	defer e.timer.Stop()
	select {
	case <-e.wake:
	case <-e.timer.C:
	}
	return nil
}

// read takes what is on the way. A deadline that has passed ends it even so, as
// that of a socket does.
func (b *buffer) read(p []byte) (int, error) {
	b.reader.turn.Lock()
	defer b.reader.turn.Unlock()
	for {
		if d, limited := b.reader.left(); limited && d <= 0 {
			return 0, os.ErrDeadlineExceeded
		}
		n, err := b.take(p)
		if n > 0 || err != nil || len(p) == 0 {
			return n, err
		}
		if err := b.reader.wait(); err != nil {
			return 0, err
		}
	}
}

func (b *buffer) take(p []byte) (n int, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.broken {
		return 0, io.ErrClosedPipe
	}
	full := len(b.data)-b.from >= most
	n = copy(p, b.data[b.from:])
	b.from += n
	if n > 0 && b.from == len(b.data) {
		b.emptyLocked()
	}
	if full && n > 0 {
		b.writer.signal()
	}
	if n == 0 && b.ended {
		err = io.EOF
	}
	return n, err
}

// emptyLocked reuses the room of what was read.
func (b *buffer) emptyLocked() {
	if b.slack++; len(b.data) > cap(b.data)/4 {
		b.slack = 0
	}
	b.data, b.from = b.data[:0], 0
	if cap(b.data) > keep && b.slack > slack {
		b.data = nil
	}
}

// write puts p on the way, and waits where there is no room.
func (b *buffer) write(p []byte) (done int, err error) {
	b.writer.turn.Lock()
	defer b.writer.turn.Unlock()
	for {
		if d, limited := b.writer.left(); limited && d <= 0 {
			return done, os.ErrDeadlineExceeded
		}
		n, err := b.put(p[done:])
		done += n
		if err != nil || done == len(p) {
			return done, err
		}
		if err := b.writer.wait(); err != nil {
			return done, err
		}
	}
}

func (b *buffer) put(p []byte) (n int, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.broken || b.ended {
		return 0, io.ErrClosedPipe
	}
	n = min(len(p), most-(len(b.data)-b.from))
	if b.from > 0 && len(b.data)+n > cap(b.data) {
		b.data = b.data[:copy(b.data, b.data[b.from:])]
		b.from = 0
	}
	b.data = append(b.data, p[:n]...)
	if n > 0 {
		b.reader.signal()
	}
	return n, nil
}

// end tells both that the writer, or the reader, has gone.
func (b *buffer) end(byReader bool) {
	b.mu.Lock()
	b.ended = true
	if byReader {
		b.broken, b.data, b.from = true, nil, 0
	}
	b.mu.Unlock()
	b.reader.signal()
	b.writer.signal()
}
