package probe

import (
	"errors"
	"time"
)

var (
	errFirst = errors.New("needs two samples")
	errReset = errors.New("the counter went back: needs two samples")
)

// counter turns a number that only grows into what it grew by.
type counter struct {
	value uint64
	at    time.Time
}

// step notes v and returns what it grew by since the round before. Without an
// earlier value from exactly that round there is nothing to say.
func (c *counter) step(s *sample, v uint64) (uint64, error) {
	prev := *c
	c.value, c.at = v, s.now
	if s.elapsed == 0 || !prev.at.Equal(s.last) {
		return 0, errFirst
	}
	d, ok := delta(prev.value, v)
	if !ok {
		return 0, errReset
	}
	return d, nil
}

// delta returns what a counter grew by from prev to cur, or false when it was
// reset. A counter that fell from the top quarter of 32 bits to the bottom
// quarter wrapped: 32-bit kernels, and a few fields on all, count so.
func delta(prev, cur uint64) (uint64, bool) {
	const top = 1 << 32
	switch {
	case cur >= prev:
		return cur - prev, true
	case prev < top && prev >= top/4*3 && cur < top/4:
		return top - prev + cur, true
	}
	return 0, false
}
