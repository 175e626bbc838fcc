package daebus

import (
	"context"
	"iter"
	"time"
)

// Ticks yields the time every d until ctx is done, first after one d. It keeps
// the beat: a body that takes a while does not shift the next tick, and ticks
// that passed meanwhile are left out. A step of the wall clock moves the times
// that are yielded, not the beat.
//
//	for now := range daebus.Ticks(ctx, time.Second) {
//		sample(now)
//	}
//
// d must be above 0; otherwise nothing is yielded.
func Ticks(ctx context.Context, d time.Duration) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		for wait := d; wait > 0; {
			tick, cancel := context.WithTimeout(ctx, wait)
			due, _ := tick.Deadline()
			<-tick.Done()
			cancel()
			if ctx.Err() != nil || !yield(due) {
				return
			}
			wait = d - -time.Until(due)%d
		}
	}
}
