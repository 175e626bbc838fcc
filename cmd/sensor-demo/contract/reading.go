package contract

import (
	"math"
	"slices"
	"strings"
	"time"
)

// Quality says how far a reading may be trusted.
type Quality string

const (
	Good    Quality = "good"    // measured, plausible, not expired
	Suspect Quality = "suspect" // measured, but not to be believed without a look at Reason
	Stale   Quality = "stale"   // was good or suspect, and has expired
	Error   Quality = "error"   // there is something to measure, and measuring it failed
	Absent  Quality = "absent"  // there is nothing to measure here, or not yet
)

// Kind is the sort of quantity a reading holds.
type Kind string

const (
	CPU         Kind = "cpu"
	Memory      Kind = "memory"
	Load        Kind = "load"
	Pressure    Kind = "pressure"
	Disk        Kind = "disk"
	FileSystem  Kind = "filesystem"
	Network     Kind = "network"
	Uptime      Kind = "uptime"
	Temperature Kind = "temperature"
	Humidity    Kind = "humidity"
	Voltage     Kind = "voltage"
	Current     Kind = "current"
	Power       Kind = "power"
	Fan         Kind = "fan"
	Alarm       Kind = "alarm" // a chip's own alarm flag: 0 or 1
)

// Reading is one quantity at one moment.
type Reading struct {
	ID      string    `json:"id"` // stable across restarts, such as "net.eth0.rx"
	Name    string    `json:"name,omitempty"`
	Kind    Kind      `json:"kind"`
	Unit    string    `json:"unit,omitempty"`
	Value   *float64  `json:"value,omitempty"` // nil: not measured; never NaN or infinite
	Quality Quality   `json:"quality"`
	Reason  string    `json:"reason,omitempty"` // why the quality is not good
	Time    time.Time `json:"time"`             // when it was measured
	Expires time.Time `json:"expires"`          // when it is too old to be shown as current
	Source  string    `json:"source,omitempty"` // the file it was read from
}

// Number returns v as a Reading carries it: nil when v is NaN or infinite.
func Number(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

// At returns the reading as it is to be shown at now: a good or suspect one
// that has expired is stale. One taken further ahead of now than it holds is
// stale too, because one of the two clocks has been set since and its age is
// not known. The value stays, so that the last known one can still be shown.
func (r Reading) At(now time.Time) Reading {
	if r.Quality != Good && r.Quality != Suspect {
		return r
	}
	holds := r.Expires.Sub(r.Time)
	switch {
	case now.After(r.Expires):
		r.Reason = "expired"
	case r.Time.Sub(now) > holds:
		r.Reason = "taken in the future: the clock was set"
	default:
		return r
	}
	r.Quality = Stale
	return r
}

// Adjust returns the reading with offset added to its value; a percentage stays
// one. A reading without a value, and an offset that would leave none, change
// nothing.
func (r Reading) Adjust(offset float64) Reading {
	if r.Value == nil {
		return r
	}
	v := Number(*r.Value + offset)
	if v == nil {
		return r
	}
	if r.Unit == "%" {
		*v = min(max(*v, 0), 100)
	}
	r.Value = v
	return r
}

// Readings is what a device measured in one round.
type Readings struct {
	Device   string    `json:"device"`
	Sequence uint64    `json:"sequence"` // counts rounds since the service started
	Time     time.Time `json:"time"`
	Readings []Reading `json:"readings"`
	Alerts   []Alert   `json:"alerts,omitempty"` // those that are active
}

// ReadRequest asks for readings: all, or those that match one of the IDs or
// one of the kinds. An ID that ends in * stands for all that begin so.
type ReadRequest struct {
	IDs   []string `json:"ids,omitempty"`
	Kinds []Kind   `json:"kinds,omitempty"`
}

// Match reports whether r is asked for.
func (q ReadRequest) Match(r Reading) bool {
	if len(q.IDs) == 0 && len(q.Kinds) == 0 {
		return true
	}
	return slices.Contains(q.Kinds, r.Kind) ||
		slices.ContainsFunc(q.IDs, func(pattern string) bool { return MatchID(pattern, r.ID) })
}

// MatchID reports whether id is pattern, or begins with what stands before
// pattern's final *.
func MatchID(pattern, id string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(id, prefix)
	}
	return pattern == id
}
