package seglog

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrClosed is what Put fails with after Close.
var ErrClosed = errors.New("seglog: closed")

// keepQueue is how large an empty queue stays allocated.
const keepQueue = 256 << 10

// Log is an open log. Its methods may be called concurrently. Make one with Open.
type Log struct {
	dir  Dir
	cfg  Config
	salt uint64
	seed seed

	mu      sync.Mutex // guards below
	cond    *sync.Cond // something below has changed
	queue   []byte     // records to write
	batch   *Batch     // what they are part of
	last    uint64     // number of the newest record
	err     error      // why no record is taken until Resume
	closed  bool
	busy    bool // somebody writes, begins or removes files
	syncing bool // the timer makes the newest segment durable
	armed   bool // the timer is set or running
	timer   *time.Timer

	// Changed under mu by who is busy or syncing, who may also read them without.
	file     File      // the newest segment; nil before the first write
	segments []segment // what counts, the newest last
	entries  bool      // the newest segment's name is not durable yet
	stale    []uint64  // files to remove once it is
	lastID   uint64
	base     uint64 // records before it are dropped
	written  uint64 // number of the newest record that is in a file, or lost
}

// Batch is some records that are written together.
type Batch struct {
	log  *Log
	done bool  // guarded by log.mu
	err  error // guarded by log.mu
}

// Put queues a record, of at most MaxRecord bytes, which the caller may reuse
// once Put returns. It does no input or output. The record is safe, as far as
// the policy goes, when the batch's Wait returns nil; records are written in
// the order they were put. Who puts bounds the queue by waiting.
func (l *Log) Put(record []byte) (*Batch, error) {
	if len(record) > MaxRecord {
		return nil, fmt.Errorf("seglog: record of %d bytes is larger than %d", len(record), MaxRecord)
	}
	l.mu.Lock()
	var b *Batch
	err := l.errLocked()
	if err == nil {
		l.last++
		l.queue = l.seed.appendRecord(l.queue, l.last, l.settledLocked(), record)
		b = l.batch
	}
	l.mu.Unlock()
	return b, err
}

// errLocked is why nothing can be written.
func (l *Log) errLocked() error {
	if l.closed {
		return ErrClosed
	}
	return l.err
}

// settledLocked reports whether all before the next record in the queue will
// be durable by the time it is written.
func (l *Log) settledLocked() bool {
	if len(l.queue) > 0 {
		return false
	}
	n := len(l.segments)
	return l.cfg.Policy == Always || !l.busy && n > 0 && l.segments[n-1].synced == l.segments[n-1].size
}

// Wait returns once the batch is safe, or an error when it is lost: it may be
// found in the log by a later Open or not.
func (b *Batch) Wait() error {
	l := b.log
	l.mu.Lock()
	for !b.done {
		if l.busy {
			l.cond.Wait()
		} else {
			l.flushLocked()
		}
	}
	err := b.err
	l.mu.Unlock()
	return err
}

// Append puts a record and waits for it.
func (l *Log) Append(record []byte) error {
	b, err := l.Put(record)
	if err != nil {
		return err
	}
	return b.Wait()
}

// Next is the number the next record gets. Numbers begin at 1 and grow.
func (l *Log) Next() uint64 {
	l.mu.Lock()
	next := l.last + 1
	l.mu.Unlock()
	return next
}

// Err is why Put fails, nil when it does not.
func (l *Log) Err() error {
	l.mu.Lock()
	err := l.err
	l.mu.Unlock()
	return err
}

// Size is how many bytes on disk count.
func (l *Log) Size() (n int64) {
	l.mu.Lock()
	for _, s := range l.segments {
		n += s.size
	}
	l.mu.Unlock()
	return n
}

// Close writes what is queued, makes it durable unless the policy is Never, and
// closes the file.
func (l *Log) Close() error {
	l.mu.Lock()
	l.closed = true
	for l.busy {
		l.cond.Wait()
	}
	if l.err == nil && len(l.queue) > 0 {
		l.flushLocked()
	}
	l.takeLocked()
	for l.armed = l.armed && !l.timer.Stop(); l.armed; {
		l.cond.Wait()
	}
	l.mu.Unlock()
	err := l.err
	if l.file != nil {
		if err == nil && l.cfg.Policy != Never {
			err = l.sync()
		}
		err = errors.Join(err, l.file.Close())
	}
	l.mu.Lock()
	l.file = nil
	l.releaseLocked()
	l.mu.Unlock()
	return err
}

// takeLocked makes the caller the one who is busy, when nobody is.
func (l *Log) takeLocked() {
	for l.busy || l.syncing {
		l.cond.Wait()
	}
	l.busy = true
}

func (l *Log) releaseLocked() {
	l.busy = false
	l.cond.Broadcast()
}
