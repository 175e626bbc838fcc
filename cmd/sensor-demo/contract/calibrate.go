package contract

import (
	"fmt"
	"math"
	"slices"
)

// How many samples a calibration takes.
const (
	DefaultSamples = 5
	MaxSamples     = 100
)

// CalibrateRequest asks for the offset that makes a sensor show Reference,
// the true value measured beside it.
type CalibrateRequest struct {
	ID        string  `json:"id"`
	Reference float64 `json:"reference"`         // in the reading's unit
	Samples   int     `json:"samples,omitempty"` // 1 to MaxSamples; 0 is DefaultSamples
}

// CalibrateStep is the progress of a calibration: sample Step of Total is taken.
type CalibrateStep struct {
	Step  int    `json:"step"`
	Total int    `json:"total"`
	Text  string `json:"text"`
}

// CalibrateReply is the outcome of a calibration.
type CalibrateReply struct {
	ID      string  `json:"id"`
	Offset  float64 `json:"offset"` // added to what the sensor measures from now on
	Spread  float64 `json:"spread"` // largest less smallest sample: how steady the sensor was
	Samples int     `json:"samples"`
	Unit    string  `json:"unit"`
}

// Count returns how many samples to take, or an error naming the field that
// makes the request impossible.
func (q CalibrateRequest) Count() (int, error) {
	switch {
	case q.ID == "":
		return 0, fmt.Errorf("calibrate: id is empty: want the id of a reading")
	case Number(q.Reference) == nil:
		return 0, fmt.Errorf("calibrate: reference %v: want a finite number", q.Reference)
	case q.Samples < 0 || q.Samples > MaxSamples:
		return 0, fmt.Errorf("calibrate: samples %d: want 1 to %d", q.Samples, MaxSamples)
	case q.Samples == 0:
		return DefaultSamples, nil
	}
	return q.Samples, nil
}

// Offset computes the outcome from samples of the uncalibrated sensor. It
// refuses kinds that are counted rather than measured, fewer samples than asked
// for, and any sample that is not good or of another sensor: an offset taken
// from a doubtful value would make every later one wrong.
func (q CalibrateRequest) Offset(samples []Reading) (CalibrateReply, error) {
	want, err := q.Count()
	if err != nil {
		return CalibrateReply{}, err
	}
	if len(samples) < want {
		return CalibrateReply{}, fmt.Errorf("calibrate %s: %d samples: want %d", q.ID, len(samples), want)
	}
	var mean float64
	low, high := math.Inf(1), math.Inf(-1)
	for i, r := range samples {
		switch {
		case r.ID != q.ID:
			return CalibrateReply{}, fmt.Errorf("calibrate %s: sample %d is of %s", q.ID, i+1, r.ID)
		case !r.Kind.Calibrates():
			return CalibrateReply{}, fmt.Errorf("calibrate %s: a %s reading is counted, not measured", q.ID, r.Kind)
		case r.Quality != Good || r.Value == nil:
			return CalibrateReply{}, fmt.Errorf("calibrate %s: sample %d is %s: %s", q.ID, i+1, r.Quality, r.Reason)
		}
		mean += *r.Value / float64(len(samples)) // divided first: a sum could overflow
		low, high = min(low, *r.Value), max(high, *r.Value)
	}
	reply := CalibrateReply{ID: q.ID, Offset: q.Reference - mean, Spread: high - low, Samples: len(samples), Unit: samples[0].Unit}
	if Number(reply.Offset) == nil || Number(reply.Spread) == nil {
		return CalibrateReply{}, fmt.Errorf("calibrate %s: reference %v is out of range", q.ID, q.Reference)
	}
	return reply, nil
}

// Calibrates reports whether an offset makes sense for the kind: it does for
// what is gauged, and not for what is counted.
func (k Kind) Calibrates() bool {
	return slices.Contains([]Kind{Temperature, Humidity, Voltage, Current, Power, CPU, Load}, k)
}
