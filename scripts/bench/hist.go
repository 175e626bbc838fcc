package main

import (
	"math/bits"
	"time"
)

const (
	fineBits = 5 // so that a value is known within 1/32
	fine     = 1 << fineBits
	longest  = 35 // bits of the longest time, some 34 s
)

// hist counts durations without allocating. Up to fine each nanosecond has a
// count, and from there on each power of two is divided into fine counts.
type hist struct {
	counts [(longest - fineBits + 1) * fine]uint32
	n      uint64
}

func (h *hist) add(d time.Duration) {
	h.counts[place(uint64(max(d, 0)))]++
	h.n++
}

func place(v uint64) int {
	v = min(v, 1<<longest-1)
	if v < fine {
		return int(v)
	}
	shift := bits.Len64(v) - fineBits - 1
	return shift*fine + int(v>>shift)
}

// value is the middle of what place put together.
func value(place int) uint64 {
	if place < 2*fine {
		return uint64(place)
	}
	shift := place/fine - 1
	return uint64(place%fine+fine)<<shift + 1<<shift/2
}

func (h *hist) merge(other *hist) {
	for i, n := range other.counts {
		h.counts[i] += n
	}
	h.n += other.n
}

// quantile is the duration that the share q of all does not exceed.
func (h *hist) quantile(q float64) time.Duration {
	left := int64(q * float64(h.n))
	for i, n := range h.counts {
		if left -= int64(n); left < 0 {
			return time.Duration(value(i))
		}
	}
	return 0
}
