package probe

import (
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
)

// sample collects the readings of one round. Its buffer is kept from round to
// round; the readings are handed out.
type sample struct {
	file     file
	size     int           // readings in the round before
	now      time.Time     // as given to Read, with its monotonic part
	last     time.Time     // the round before; zero in the first
	elapsed  time.Duration // between the two; zero when not known
	stamp    time.Time     // now as readings carry it
	lifetime time.Duration
	readings []contract.Reading
	values   []float64 // what the readings point into
}

func (s *sample) begin(now time.Time, lifetime time.Duration) {
	s.last, s.now = s.now, now
	s.elapsed = 0
	if !s.last.IsZero() {
		s.elapsed = max(0, now.Sub(s.last))
	}
	s.stamp = now.UTC().Truncate(time.Millisecond)
	s.lifetime = lifetime
	s.readings = make([]contract.Reading, 0, s.size)
	s.values = make([]float64, 0, s.size)
}

func (s *sample) end() []contract.Reading {
	readings := s.readings
	s.size, s.readings, s.values = len(readings), nil, nil
	return readings
}

// value appends a measured value, suspect when it is not plausible.
func (s *sample) value(sensor contract.Reading, v float64) {
	if !finite(v) {
		s.invalid(sensor, "not a finite number")
		return
	}
	s.values = append(s.values, v)
	sensor.Value = &s.values[len(s.values)-1]
	sensor.Quality, sensor.Reason = plausible(sensor.Unit, v)
	s.add(sensor)
}

// absent appends a sensor that has nothing to measure, or not yet.
func (s *sample) absent(sensor contract.Reading, reason string) {
	sensor.Quality, sensor.Reason = contract.Absent, reason
	s.add(sensor)
}

// invalid appends a sensor that said what cannot be understood.
func (s *sample) invalid(sensor contract.Reading, reason string) {
	sensor.Quality, sensor.Reason = contract.Error, reason
	s.add(sensor)
}

// fail appends a sensor that could not be read: absent when it is not there.
func (s *sample) fail(sensor contract.Reading, err error) {
	if missing(err) {
		s.absent(sensor, err.Error())
		return
	}
	s.invalid(sensor, err.Error())
}

func (s *sample) add(r contract.Reading) {
	r.Time = s.stamp
	r.Expires = s.stamp.Add(s.lifetime)
	s.readings = append(s.readings, r)
}
