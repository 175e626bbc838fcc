package hub

import "time"

// burst is how many seconds' worth of messages a peer may send at once.
const burst = 10 * time.Second

// bucket is the token bucket of one peer, kept as the generic cell rate algorithm
// does: by the time at which it will be full. Nothing runs while it fills.
type bucket struct {
	full time.Duration // on the clock of take
}

// take takes a token at now from a bucket that gets rate of them a second. When
// there is none it takes nothing, and says how long the next one will be.
func (b *bucket) take(now time.Duration, rate int) (wait time.Duration) {
	each := time.Second / time.Duration(rate)
	full := max(b.full, now) + each
	if wait := full - burst - now; wait > 0 {
		return wait
	}
	b.full = full
	return 0
}
