package main

import (
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
	"github.com/daebus/daebus-go/daebus"
)

// What is kept of one message, in bytes as JSON has them: whoever reaches the
// bus may publish, and every screen is shown all that is kept. With the counts
// of devices, readings, alerts and points the whole state is less than 3 MiB of
// JSON, and what is on one topic less than 1 MiB, which is what a topic takes.
const (
	maxDevice = 64   // a device's name
	maxID     = 128  // a reading's ID
	maxAlert  = 160  // an alert's ID: a rule and a reading
	maxName   = 64   // a reading's name
	maxText   = 128  // a source, a reason, an alert's text
	maxWord   = 16   // a unit, a kind, a quality, a level
	maxItems  = 1024 // readings and alerts of a round; it is refused beyond, and up to here cut
)

// admit returns why nothing of a round is kept, if so.
func admit(r contract.Readings) error {
	if n := len(r.Readings) + len(r.Alerts); n > maxItems {
		return daebus.Errorf(daebus.Invalid, "%d readings and alerts in one round; want at most %d", n, maxItems)
	}
	return named("device", r.Device, maxDevice)
}

// fit cuts a round, in place, down to what is kept of it. The error tells that
// readings or alerts were left out.
func fit(r contract.Readings) (contract.Readings, error) {
	all := len(r.Readings) + len(r.Alerts)
	r.Readings = slices.DeleteFunc(r.Readings, func(r contract.Reading) bool { return named("id", r.ID, maxID) != nil })
	r.Alerts = slices.DeleteFunc(r.Alerts, func(a contract.Alert) bool { return admitAlert(a) != nil })
	r.Readings = r.Readings[:min(len(r.Readings), maxReadings)]
	r.Alerts = r.Alerts[:min(len(r.Alerts), maxActive)]
	for i, in := range r.Readings {
		r.Readings[i] = fitReading(in)
	}
	for i, in := range r.Alerts {
		r.Alerts[i] = fitAlert(in)
	}
	if left := all - len(r.Readings) - len(r.Alerts); left > 0 {
		return r, daebus.Errorf(daebus.Invalid, "device %q: %d of %d readings and alerts left out; want at most %d and %d, with plain ids of at most %d and %d bytes",
			r.Device, left, all, maxReadings, maxActive, maxID, maxAlert)
	}
	return r, nil
}

func fitReading(r contract.Reading) contract.Reading {
	r.Name = clip(r.Name, maxName)
	r.Kind = contract.Kind(clip(string(r.Kind), maxWord))
	r.Unit = clip(r.Unit, maxWord)
	r.Quality = contract.Quality(clip(string(r.Quality), maxWord))
	r.Reason = clip(r.Reason, maxText)
	r.Source = clip(r.Source, maxText)
	return r
}

// admitAlert returns why an alert is not kept, if so.
func admitAlert(a contract.Alert) error {
	if err := named("device", a.Device, maxDevice); err != nil {
		return err
	}
	return named("id", a.ID, maxAlert)
}

func fitAlert(a contract.Alert) contract.Alert {
	a.Reading = clip(a.Reading, maxID)
	a.Level = contract.Level(clip(string(a.Level), maxWord))
	a.Text = clip(a.Text, maxText)
	a.Unit = clip(a.Unit, maxWord)
	return a
}

// named refuses what things are told apart by and clip would change: cut, two
// of them could become one.
func named(field, s string, most int) error {
	if kept := clip(s, most); s == "" || kept != s {
		return daebus.Errorf(daebus.Invalid, "%s %q, of %d bytes: want 1 to %d bytes, without control characters", field, kept, len(s), most)
	}
	return nil
}

// clip returns s with a space for each character that cannot be seen, cut at a
// character so that JSON has at most most bytes for it. It keeps no part of a
// longer s, and allocates only when it changes s.
func clip(s string, most int) string {
	var buf [maxAlert]byte
	out := buf[:0]
	for _, r := range s {
		if !strconv.IsGraphic(r) {
			r = ' '
		}
		if most -= written(r); most < 0 {
			break
		}
		out = utf8.AppendRune(out, r)
	}
	if string(out) == s {
		return s
	}
	return string(out)
}

// written is how many bytes encoding/json writes for a graphic character.
func written(r rune) int {
	switch r {
	case '"', '\\':
		return 2
	case '<', '>', '&': // \u003c
		return 6
	}
	return utf8.RuneLen(r)
}

// streak is how long all must be well for the log to hear of the next refusal.
const streak = time.Minute

// refusals are the messages of which not all was kept.
type refusals struct {
	count uint64
	last  time.Time
}

// add counts err, unless it is nil, and returns it when it begins a streak:
// that one is logged.
func (f *refusals) add(now time.Time, err error) error {
	if err == nil {
		return nil
	}
	begins := f.count == 0 || now.Sub(f.last) >= streak
	f.count++
	f.last = now
	if !begins {
		return nil
	}
	return err
}
