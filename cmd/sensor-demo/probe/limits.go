package probe

import (
	"fmt"
	"math"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
)

// limits is what a value can be, by its unit: wide enough for any hardware
// that works, narrow enough to catch a register full of ones.
var limits = map[string]struct{ low, high float64 }{
	"%":   {0, 100},
	"°C":  {-60, 150},
	"V":   {-500, 500},
	"A":   {-500, 500},
	"W":   {-5000, 5000},
	"rpm": {0, 50_000},
	"B":   {0, 1 << 60},
	"B/s": {0, 50e9},
	"s":   {0, 10e9},
	"1":   {0, 1e6},
}

// plausible judges a value by its unit.
func plausible(unit string, v float64) (q contract.Quality, reason string) {
	if l, ok := limits[unit]; ok && (v < l.low || v > l.high) {
		return contract.Suspect, fmt.Sprintf("%g %s is not plausible: want %g to %g", v, unit, l.low, l.high)
	}
	return contract.Good, ""
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
