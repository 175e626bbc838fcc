package daebus

import (
	"context"
	"sync"
	"time"
)

// deadline is a context that ends at a time, like that of context.WithDeadline,
// but makes a timer only when somebody waits for it. Most handlers never do.
type deadline struct {
	context.Context // the parent
	at              time.Time

	mu     sync.Mutex      // guards below
	err    error           // why it ended; that does not change
	timed  context.Context // nil until somebody waits
	cancel context.CancelFunc
}

// deadlines are contexts nobody has yet, made by the dozen: a request costs a part
// of an allocation. One is never used again, as a handler's goroutines may keep it.
type deadlines []deadline

func (ds *deadlines) under(parent context.Context, at time.Time) *deadline {
	if earlier, ok := parent.Deadline(); ok && earlier.Before(at) {
		at = earlier
	}
	if len(*ds) == 0 {
		*ds = make(deadlines, 32)
	}
	d := &(*ds)[0]
	*ds = (*ds)[1:]
	d.Context, d.at = parent, at
	return d
}

// end is the cancel function.
func (d *deadline) end() {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.cancel != nil:
		d.cancel()
	case d.err == nil:
		d.err = context.Canceled
	}
}

func (d *deadline) Deadline() (time.Time, bool) { return d.at, true }

func (d *deadline) Done() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.timed == nil {
		d.timed, d.cancel = context.WithDeadline(d.Context, d.at)
		if d.err != nil {
			d.cancel()
		}
	}
	return d.timed.Done()
}

func (d *deadline) Err() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err == nil {
		switch {
		case d.timed != nil:
			d.err = d.timed.Err()
		case d.Context.Err() != nil:
			d.err = d.Context.Err()
		case time.Until(d.at) <= 0:
			d.err = context.DeadlineExceeded
		}
	}
	return d.err
}

// Value finds the timed context for package context, which asks for it to link a
// child to this one.
func (d *deadline) Value(key any) any {
	d.mu.Lock()
	timed := d.timed
	d.mu.Unlock()
	if timed != nil {
		return timed.Value(key)
	}
	return d.Context.Value(key)
}
