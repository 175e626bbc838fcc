package broker

import (
	"time"

	"github.com/daebus/daebus-go/edge/internal/backoff"
	"github.com/daebus/daebus-go/edge/internal/seglog"
)

// A log is rewritten when it has grown to twice what its keys took when it was
// rewritten or loaded, but not while it is small.
const (
	growth   = 2
	smallLog = 16 << 20
)

// How much is rewritten before others have a turn: so many bytes, of so many
// keys, but never less than a key.
const (
	sliceBytes = 64 << 10
	sliceKeys  = 1000
)

// fail notes that a record is lost. The log is rewritten as soon as that goes.
func (a *aof) fail(err error) {
	a.failure = err
	a.failures++
	a.tend()
}

// tend rewrites the log when it lacks something, or has become too large.
func (a *aof) tend() {
	if (a.failure != nil || a.log.Size() > a.limit) && !a.tending && !a.closed {
		a.tending = true
		a.wg.Go(a.rewriteUntilWhole)
	}
}

func (a *aof) setLimit(size int64) { a.limit = max(growth*size, smallLog) }

// rewriteUntilWhole tries until the log has all that the broker has.
func (a *aof) rewriteUntilWhole() {
	pause := backoff.Delay{Max: 2 * time.Second}
	told := false
	for {
		failures := a.attempt(&told)
		err := a.log.Resume()
		if err == nil {
			err = a.rewrite()
		}
		if a.isWhole(failures, err) {
			if told {
				a.b.log.Info("broker log is whole again")
			}
			return
		}
		wait := time.NewTimer(pause.Next())
		select {
		case <-wait.C:
		case <-a.stop:
			wait.Stop()
			return
		}
	}
}

// attempt returns how many failures there were before this attempt, and tells
// of an outage once.
func (a *aof) attempt(told *bool) (failures int) {
	a.b.mu.Lock()
	failures, err := a.failures, a.failure
	a.b.mu.Unlock()
	if err != nil && !*told {
		a.b.log.Warn("broker log cannot be written", "err", err)
		*told = true
	}
	return failures
}

// isWhole ends the rewriting, unless it or anything since it began has failed.
func (a *aof) isWhole(failures int, err error) bool {
	a.b.mu.Lock()
	defer a.b.mu.Unlock()
	a.rewriting = false
	if err != nil {
		a.failure = err
		a.failures++
	}
	if err == nil && a.failures == failures {
		a.failure = nil
		a.tending = false
		a.setLimit(a.log.Size())
		return true
	}
	return false
}

// rewrite writes every key that is logged, and drops what was written before it
// began. Commands go on meanwhile: what one of them changes first is written by
// its record, whole. So the log is good at any moment, and after a crash all
// that is before it began still counts.
func (a *aof) rewrite() error {
	a.b.mu.Lock()
	a.rewriting = true
	a.generation++
	from := a.log.Next()
	a.b.mu.Unlock()
	for db := range databases {
		for left, more := 0, true; more; {
			var batch *seglog.Batch
			var err error
			if left, batch, err = a.rewriteSome(db, left); err != nil {
				return err
			}
			if more = left > 0; batch == nil {
				continue
			}
			if err := batch.Wait(); err != nil {
				return err
			}
		}
	}
	return a.log.Drop(from)
}

// rewriteSome writes some keys of a database, from the last towards the first:
// keys that go meanwhile move others only towards the front. left is how many
// are still to be looked at; 0 begins with the last.
func (a *aof) rewriteSome(db, left int) (_ int, batch *seglog.Batch, err error) {
	a.b.mu.Lock()
	defer a.b.mu.Unlock()
	if a.closed {
		return 0, nil, seglog.ErrClosed
	}
	order := a.b.store.dbs[db].order
	if left == 0 || left > len(order) {
		left = len(order)
	}
	for n := 0; left > 0 && n < sliceKeys && len(a.record.buf) < sliceBytes; n++ {
		left--
		if e := order[left]; e.written != a.generation && a.logs([]byte(e.key)) {
			a.appendState(spot{db, []byte(e.key)})
		}
	}
	if len(a.record.buf) > 0 {
		batch, err = a.put()
	}
	return left, batch, err
}

// close waits until the log is written.
func (a *aof) close() error {
	a.b.mu.Lock()
	closed := a.closed
	a.closed = true
	a.b.mu.Unlock()
	if closed {
		return nil
	}
	close(a.stop)
	a.wg.Wait()
	return a.log.Close()
}
