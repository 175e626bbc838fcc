package contract

import (
	"fmt"
	"time"
)

// The bounds of the sampling interval.
const (
	MinInterval = 100 * time.Millisecond
	MaxInterval = time.Hour
)

// ListRequest asks what the device can measure.
type ListRequest struct{}

// Sensor is a reading's description, without a value.
type Sensor struct {
	ID      string  `json:"id"`
	Name    string  `json:"name,omitempty"`
	Kind    Kind    `json:"kind"`
	Unit    string  `json:"unit,omitempty"`
	Quality Quality `json:"quality"` // of the latest reading
	Source  string  `json:"source,omitempty"`
	Offset  float64 `json:"offset,omitempty"` // set by calibration, in Unit
}

// ListReply names every sensor of the device.
type ListReply struct {
	Device  string   `json:"device"`
	Sensors []Sensor `json:"sensors"`
}

// IntervalRequest sets the time between two rounds of sampling.
type IntervalRequest struct {
	Milliseconds int64 `json:"milliseconds"` // MinInterval to MaxInterval
}

// Interval returns the interval asked for, or an error when it is out of bounds.
func (q IntervalRequest) Interval() (time.Duration, error) {
	low, high := MinInterval.Milliseconds(), MaxInterval.Milliseconds()
	if q.Milliseconds < low || q.Milliseconds > high {
		return 0, fmt.Errorf("set_interval: milliseconds %d: want %d to %d", q.Milliseconds, low, high)
	}
	return time.Duration(q.Milliseconds) * time.Millisecond, nil
}

// IntervalReply confirms the interval in force and the one it replaced.
type IntervalReply struct {
	Milliseconds int64 `json:"milliseconds"`
	Previous     int64 `json:"previous"`
}
