package daebus

import (
	"context"
	"iter"
	"time"
)

// Ticks yields the time every d until ctx is done, first after one d. It keeps
// the beat: a body that takes a while does not shift the next tick, and ticks
// that passed meanwhile are left out.
//
//	for now := range daebus.Ticks(ctx, time.Second) {
//		sample(now)
//	}
//
// d must be above 0; otherwise nothing is yielded.
func Ticks(ctx context.Context, d time.Duration) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		if d <= 0 {
			return
		}
		tick, cancel := context.WithTimeout(ctx, d)
		due, _ := tick.Deadline()
		for {
			<-tick.Done()
			cancel()
			if ctx.Err() != nil || !yield(due) {
				return
			}
			due = due.Add(d)
			if late := -time.Until(due); late > 0 {
				due = due.Add(late.Truncate(d) + d)
			}
			tick, cancel = context.WithDeadline(ctx, due)
		}
	}
}
