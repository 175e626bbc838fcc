package main

import (
	"slices"
	"strings"
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
)

// What is remembered is bounded; beyond it the oldest is forgotten.
const (
	maxDevices  = 16
	maxReadings = 96               // of one device
	maxAge      = 15 * time.Minute // of a reading that its device no longer sends
)

// store holds the latest readings of every device. Ages are counted on this
// machine's monotonic clock from the moment a round arrived, so that clocks
// which differ between devices, or are set meanwhile, make nothing look old.
type store struct {
	devices []*device // in the order of their names
}

type device struct {
	name     string
	sequence uint64
	received time.Time        // when the latest round arrived
	gaps     [2]time.Duration // between the last three rounds
	readings []reading        // in the order they were first seen
	history  history
}

// reading is a reading with its time on our own clock.
type reading struct {
	contract.Reading
	taken time.Time
	holds time.Duration // from taken until it is too old
}

// add takes one round in.
func (s *store) add(now time.Time, r contract.Readings) *device {
	d := s.find(now, r.Device)
	if !d.received.IsZero() {
		d.gaps = [2]time.Duration{now.Sub(d.received), d.gaps[0]}
	}
	d.sequence, d.received = r.Sequence, now
	for _, in := range r.Readings {
		d.take(reading{
			Reading: in,
			taken:   now.Add(-max(0, r.Time.Sub(in.Time))),
			holds:   in.Expires.Sub(in.Time),
		})
	}
	d.readings = slices.DeleteFunc(d.readings, func(r reading) bool { return now.Sub(r.taken) > maxAge })
	d.history.add(now, r.Readings)
	return d
}

// take replaces the reading of the same ID, or adds it.
func (d *device) take(r reading) {
	i := slices.IndexFunc(d.readings, func(old reading) bool { return old.ID == r.ID })
	switch {
	case i >= 0:
		d.readings[i] = r
	case len(d.readings) < maxReadings:
		d.readings = append(d.readings, r)
	default:
		d.readings[d.oldest()] = r
	}
}

func (d *device) oldest() int {
	oldest := 0
	for i, r := range d.readings {
		if r.taken.Before(d.readings[oldest].taken) {
			oldest = i
		}
	}
	return oldest
}

// find returns the device of that name; a new one may take the place of the
// one that has been silent longest.
func (s *store) find(now time.Time, name string) *device {
	i, ok := slices.BinarySearchFunc(s.devices, name, func(d *device, name string) int { return strings.Compare(d.name, name) })
	if ok {
		return s.devices[i]
	}
	d := &device{name: name}
	s.devices = slices.Insert(s.devices, i, d)
	if len(s.devices) > maxDevices {
		silent := func(a, b *device) int { return a.heard(now).Compare(b.heard(now)) }
		longest := slices.MinFunc(s.devices, silent)
		s.devices = slices.DeleteFunc(s.devices, func(d *device) bool { return d == longest })
	}
	return d
}

// heard is when the device was last heard of; one just found is heard of now.
func (d *device) heard(now time.Time) time.Time {
	if d.received.IsZero() {
		return now
	}
	return d.received
}

// every is the time between rounds: the longer of the last two gaps, so that
// one early round does not make the next look late.
func (d *device) every() time.Duration { return max(d.gaps[0], d.gaps[1]) }
