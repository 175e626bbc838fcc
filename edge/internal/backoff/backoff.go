// Package backoff spaces retries: exponentially, so that a peer in trouble is
// left in peace, and with jitter, so that a thousand devices that lost the same
// server do not come back at the same instant.
//
// The jitter is as wide as "full jitter" in the AWS Architecture Blog's
// "Exponential Backoff and Jitter", drawn around the exponential step rather
// than below it: no retry follows at once, and the mean is the step itself.
package backoff

import (
	"context"
	"math/rand/v2"
	"time"
)

// Defaults for a link: soon back after a hiccup, and after a long outage no
// more than a second and a half late.
const (
	DefaultMin = 100 * time.Millisecond
	DefaultMax = time.Second
)

// Delay hands out the pauses between retries. Each is a step ± 50 %; the step
// starts at Min and doubles up to Max, so the longest pause is 1.5 × Max.
// The zero value is ready to use. It must not be used concurrently.
type Delay struct {
	Min time.Duration // first step; default 100 ms
	Max time.Duration // largest step; default 1 s; raised to Min when below it

	// Rand draws uniformly from [0, n), n > 0; default math/rand/v2.Int64N.
	Rand func(n int64) int64

	step time.Duration // the step Next has last used; 0 before the first
}

// Next returns the pause before the next retry.
func (d *Delay) Next() time.Duration {
	low, high := d.bounds()
	switch {
	case d.step == 0:
		d.step = low
	case d.step > high/2: // doubling would pass Max, or overflow
		d.step = high
	default:
		d.step *= 2
	}
	draw := d.Rand
	if draw == nil {
		draw = rand.Int64N
	}
	return d.step/2 + time.Duration(draw(int64(d.step)))
}

// Reset makes the next pause start from Min again. Call it when a try succeeded.
func (d *Delay) Reset() { d.step = 0 }

func (d *Delay) bounds() (low, high time.Duration) {
	low, high = d.Min, d.Max
	if low <= 0 {
		low = DefaultMin
	}
	if high <= 0 {
		high = DefaultMax
	}
	return low, max(low, high)
}

// Wait returns nil after d, or ctx's error as soon as ctx is done.
func Wait(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil || d <= 0 {
		return err
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
