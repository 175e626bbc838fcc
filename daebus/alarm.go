package daebus

import (
	"context"
	"time"
)

// alarm rings when the time of a call is over that has no deadline of its own.
// Its timer is left running when the call ends. For the next call it rings too
// early, and is then set anew for the rest: most calls never pay for a timer.
type alarm struct {
	rings <-chan struct{}
	at    time.Time // when it rings
	due   time.Time // when the call's time is over, not before at
}

// start gives a call the time d, the same for all calls. What it returns is
// closed then or earlier.
func (a *alarm) start(d time.Duration) <-chan struct{} {
	left := time.Until(a.at)
	if left <= 0 {
		a.set(context.WithTimeout(context.Background(), d))
		left = d
	}
	a.due = a.at.Add(d - left)
	return a.rings
}

// rang returns what to wait for next, nil when the call's time is over.
func (a *alarm) rang() <-chan struct{} {
	if !a.at.Before(a.due) {
		return nil
	}
	a.set(context.WithDeadline(context.Background(), a.due))
	return a.rings
}

// set takes a context that nobody cancels: it ends when it rings.
func (a *alarm) set(ctx context.Context, _ context.CancelFunc) {
	a.rings = ctx.Done()
	a.at, _ = ctx.Deadline()
}
