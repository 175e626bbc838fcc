package main

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
)

// What a plot shows: five minutes at one point a second, or longer when the
// device samples more slowly.
const (
	historyPoints = 300
	historyStep   = 900 * time.Millisecond // a round that is a little early still gets its point
	historyLines  = 24                     // readings of one device
)

// plotted are the kinds worth a plot.
var plotted = []contract.Kind{contract.CPU, contract.Memory, contract.Load, contract.Network, contract.Temperature,
	contract.Humidity, contract.Voltage, contract.Current, contract.Power}

// history is the last points of a device's readings in columns, as a plot
// takes them. A page that is opened late has a past to show.
type history struct {
	times []time.Time
	lines map[string][]float32 // by reading; as long as times, NaN where nothing was measured
}

// add takes one round in. Rounds within one step share a point, which keeps
// the time of the first and the values of the last.
func (h *history) add(now time.Time, readings []contract.Reading) {
	if n := len(h.times); n == 0 || now.Sub(h.times[n-1]) >= historyStep {
		h.grow(now)
	}
	last := len(h.times) - 1
	for _, r := range readings {
		if r.Value == nil || !slices.Contains(plotted, r.Kind) {
			continue
		}
		if line := h.line(r.ID); line != nil {
			line[last] = float32(*r.Value)
		}
	}
}

// grow adds a point without values, and forgets the first point when full. A
// line of which no value is left goes, so that another reading has its place.
func (h *history) grow(now time.Time) {
	h.times = push(h.times, now)
	for id, line := range h.lines {
		if line = push(line, missing); slices.ContainsFunc(line, finite) {
			h.lines[id] = line
		} else {
			delete(h.lines, id)
		}
	}
}

// push appends v to at most historyPoints elements, and drops the first when
// there is no room.
func push[T any](list []T, v T) []T {
	if len(list) == historyPoints {
		copy(list, list[1:])
		list = list[:historyPoints-1]
	}
	return append(list, v)
}

var missing = float32(math.NaN())

func finite(v float32) bool { return v-v == 0 }

// line returns the points of a reading; nil when there are too many readings.
func (h *history) line(id string) []float32 {
	line, ok := h.lines[id]
	if ok || len(h.lines) >= historyLines {
		return line
	}
	if h.lines == nil {
		h.lines = map[string][]float32{}
	}
	line = slices.Repeat([]float32{missing}, len(h.times))
	h.lines[id] = line
	return line
}

// historyView is a history as it leaves the service.
type historyView struct {
	Ages  []int64           `json:"ages_ms"` // of the points, oldest first
	Lines map[string]points `json:"lines"`
}

// view is a copy: it is written out when the lock has been let go.
func (h *history) view(now time.Time) *historyView {
	v := &historyView{Ages: make([]int64, len(h.times)), Lines: make(map[string]points, len(h.lines))}
	for i, t := range h.times {
		v.Ages[i] = now.Sub(t).Milliseconds()
	}
	for id, line := range h.lines {
		v.Lines[id] = points(slices.Clone(line))
	}
	return v
}

// points are numbers of which some may be missing: null in JSON.
type points []float32

// MarshalJSON implements json.Marshaler.
func (p points) MarshalJSON() ([]byte, error) {
	out := append(make([]byte, 0, 8*len(p)+2), '[')
	for i, v := range p {
		if i > 0 {
			out = append(out, ',')
		}
		if finite(v) { // a large float64 is infinite as a float32
			out = strconv.AppendFloat(out, float64(v), 'g', -1, 32)
		} else {
			out = append(out, "null"...)
		}
	}
	return append(out, ']'), nil
}
