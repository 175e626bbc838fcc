package main

import (
	"context"
	"strconv"
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
	"github.com/daebus/daebus-go/daebus"
)

// stateView is everything the kiosk knows, at one moment. Times of the past are
// ages, so that the reader's own clock does not matter.
type stateView struct {
	Time    time.Time              `json:"time"`
	Bus     busView                `json:"bus"`
	Devices []deviceView           `json:"devices"`
	Alerts  []alertView            `json:"alerts"`
	Calls   map[string]latencyView `json:"calls"`
	Kiosk   kioskView              `json:"kiosk"`
}

type busView struct {
	Up      bool         `json:"up"`
	Since   milliseconds `json:"since_ms,omitempty"` // how long it has been so; on a topic that is its age
	Gap     milliseconds `json:"gap_ms"`             // how long it was away the last time
	Outages int          `json:"outages"`
}

type deviceView struct {
	Device   string                 `json:"device"`
	Sequence uint64                 `json:"sequence"`
	At       milliseconds           `json:"at_ms,omitempty"` // on a topic: when the round arrived, by the kiosk's clock
	Age      milliseconds           `json:"age_ms"`          // of the latest round
	Every    milliseconds           `json:"every_ms"`        // between rounds; 0: only one was heard
	Readings map[string]readingView `json:"readings"`        // by ID
	History  *historyView           `json:"history,omitempty"`
}

// readingView has the members of a contract.Reading that a screen shows.
type readingView struct {
	Name       string           `json:"name,omitempty"`
	Kind       contract.Kind    `json:"kind"`
	Unit       string           `json:"unit,omitempty"`
	Value      *float64         `json:"value,omitempty"`
	Quality    contract.Quality `json:"quality"`
	Reason     string           `json:"reason,omitempty"`
	Age        milliseconds     `json:"age_ms"`
	Holds      milliseconds     `json:"holds_ms"` // the age at which it is too old
	Calibrates bool             `json:"calibrates,omitempty"`
}

// milliseconds is a duration that is a number of milliseconds in JSON, to the
// microsecond.
type milliseconds time.Duration

// MarshalJSON implements json.Marshaler.
func (m milliseconds) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(time.Duration(m).Microseconds())/1e3, 'f', -1, 64), nil
}

func (b bus) view(now time.Time) busView {
	v := b.shown()
	v.Since = milliseconds(now.Sub(b.since))
	return v
}

// view is the device without its history, with its ages at now.
func (d *device) view(now time.Time) deviceView {
	v := deviceView{
		Device:   d.name,
		Sequence: d.sequence,
		Age:      milliseconds(now.Sub(d.received)),
		Every:    milliseconds(d.every()),
		Readings: make(map[string]readingView, len(d.readings)),
	}
	for _, r := range d.readings {
		v.Readings[r.ID] = r.view(now)
	}
	return v
}

// at is the reading as it is to be shown at now, and how old it is then.
func (r reading) at(now time.Time) (contract.Reading, time.Duration) {
	age := now.Sub(r.taken)
	if age > r.holds && (r.Quality == contract.Good || r.Quality == contract.Suspect) {
		r.Quality, r.Reason = contract.Stale, "expired"
	}
	return r.Reading, age
}

func (r reading) view(now time.Time) readingView {
	is, age := r.at(now)
	return readingView{
		Name: is.Name, Kind: is.Kind, Unit: is.Unit, Value: is.Value, Quality: is.Quality, Reason: is.Reason,
		Age: milliseconds(age), Holds: milliseconds(r.holds), Calibrates: is.Kind.Calibrates(),
	}
}

func (k *kiosk) stateLocked(now time.Time) stateView {
	v := stateView{
		Time:    now.UTC(),
		Bus:     k.bus.view(now),
		Devices: k.store.view(now),
		Alerts:  k.alerts.view(),
		Calls:   k.calls.view(),
		Kiosk:   kioskView{k.screens, k.refused.count},
	}
	for i, d := range k.store.devices {
		v.Devices[i].History = d.history.view(now)
	}
	return v
}

func (s *store) view(now time.Time) []deviceView {
	v := make([]deviceView, len(s.devices))
	for i, d := range s.devices {
		v[i] = d.view(now)
	}
	return v
}

// show answers over HTTP what screens are shown.
func (k *kiosk) show() {
	k.look("GET /api/state", func(now time.Time) any { return k.stateLocked(now) })
	k.look("GET /api/devices", func(now time.Time) any { return k.store.view(now) })
	k.look("GET /api/alerts", func(time.Time) any { return k.alerts.view() })
	k.app.Route("GET /api/screen", daebus.HTTP(daebus.Func(k.render)))
	k.app.Route("GET /api/readings/{id...}", daebus.HTTP(daebus.Func(k.find)))
}

// look answers with what see returns under the lock.
func (k *kiosk) look(pattern string, see func(now time.Time) any) {
	k.app.Route(pattern, daebus.HTTP(daebus.Func(func(context.Context, struct{}) (any, error) {
		k.mu.Lock()
		defer k.mu.Unlock()
		return see(time.Now()), nil
	})))
}

type findRequest struct {
	ID     string `json:"id"`
	Device string `json:"device"` // "": of all devices
}

type foundView struct {
	Device string `json:"device"`
	contract.Reading
	Age milliseconds `json:"age_ms"`
}

func (k *kiosk) find(_ context.Context, in findRequest) ([]foundView, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	var found []foundView
	now := time.Now()
	for _, d := range k.store.devices {
		for _, r := range d.readings {
			if r.ID == in.ID && (in.Device == "" || in.Device == d.name) {
				is, age := r.at(now)
				found = append(found, foundView{d.name, is, milliseconds(age)})
			}
		}
	}
	if found == nil {
		return nil, daebus.Errorf(daebus.NotFound, "no reading %q; GET /api/devices lists them", in.ID)
	}
	return found, nil
}
