package seglog

import (
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// flushLocked writes the queue. Nobody is busy when it is called; mu is
// released meanwhile, so that the next batch gathers.
func (l *Log) flushLocked() {
	b, data, last := l.batch, l.queue, l.last
	l.batch, l.queue = &Batch{log: l}, nil
	l.busy = true
	l.mu.Unlock()
	err := l.write(data, last)
	l.mu.Lock()
	if err != nil {
		l.failLocked(err)
	}
	if l.queue == nil && cap(data) <= keepQueue {
		l.queue = data[:0]
	}
	b.done, b.err = true, err
	l.releaseLocked()
}

// failLocked gives up what is queued, and takes nothing more.
func (l *Log) failLocked(err error) {
	l.err = err
	l.written = l.last
	l.batch.done, l.batch.err = true, err
	l.batch, l.queue = &Batch{log: l}, nil
	l.cond.Broadcast()
}

// write writes records, the newest of which is number last.
func (l *Log) write(data []byte, last uint64) error {
	if len(data) == 0 {
		return nil
	}
	if l.file == nil || l.newest().size >= l.cfg.Segment {
		if err := l.roll(); err != nil {
			return err
		}
	}
	if _, err := l.file.Write(data); err != nil {
		return fmt.Errorf("seglog: write: %w", err)
	}
	if err := l.wrote(len(data), last); err != nil || l.cfg.Policy != Always {
		return err
	}
	return l.sync()
}

// wrote notes what was written, and sets the timer if it has to.
func (l *Log) wrote(n int, last uint64) error {
	l.mu.Lock()
	err := l.err // of the timer: what this was added to is lost
	if err == nil {
		l.newest().size += int64(n)
		l.written = last
		if l.cfg.Policy == EverySecond && !l.armed && !l.closed {
			l.armed = true
			l.timer.Reset(time.Second)
		}
	}
	l.mu.Unlock()
	return err
}

func (l *Log) newest() *segment { return &l.segments[len(l.segments)-1] }

// tick is the timer's: it makes durable what was written since the last time.
func (l *Log) tick() {
	l.mu.Lock()
	for l.busy && !l.closed {
		l.cond.Wait()
	}
	l.armed = false
	if !l.closed && l.err == nil {
		l.syncing = true
		l.mu.Unlock()
		err := l.sync()
		l.mu.Lock()
		if err != nil {
			l.failLocked(err)
		}
		if err != nil && l.cfg.Failed != nil {
			l.mu.Unlock()
			l.cfg.Failed(err)
			l.mu.Lock()
		}
		l.syncing = false
	}
	l.cond.Broadcast()
	l.mu.Unlock()
}

// sync makes the newest segment durable. When that fails nobody knows, now and
// ever, what of it is: what was not durable before no longer counts.
func (l *Log) sync() error {
	l.mu.Lock()
	size, entries := l.newest().size, l.entries
	l.mu.Unlock()
	err := l.file.Sync()
	if err == nil && entries {
		err = l.dir.Sync()
	}
	l.mu.Lock()
	if err != nil {
		l.newest().size = l.newest().synced
		err = fmt.Errorf("seglog: sync: %w", err)
	} else {
		l.newest().synced = size
		if entries {
			l.entries = false
			l.removeStaleLocked()
		}
	}
	l.mu.Unlock()
	return err
}

// removeStaleLocked removes the files that the newest header, now durable,
// says do not count; mu is released meanwhile. What cannot be removed is tried
// again after the next segment began.
func (l *Log) removeStaleLocked() {
	stale := l.stale
	l.stale = nil
	l.mu.Unlock()
	var left []uint64
	for _, id := range stale {
		if err := l.dir.Remove(fileName(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			left = append(left, id)
		}
	}
	l.mu.Lock()
	l.stale = append(l.stale, left...)
}
