package main

import (
	"context"
	"strconv"
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
	"github.com/daebus/daebus-go/daebus"
)

// stateView is everything a screen needs to begin with. Times of the past are
// ages, so that the reader's own clock does not matter.
type stateView struct {
	Version string                 `json:"version"` // of the page
	Time    time.Time              `json:"time"`
	Bus     busView                `json:"bus"`
	Devices []deviceView           `json:"devices"`
	Alerts  []contract.Alert       `json:"alerts"`
	Calls   map[string]latencyView `json:"calls"`
	Refused uint64                 `json:"refused"` // messages of which not all was kept
}

type busView struct {
	Up    bool         `json:"up"`
	Since milliseconds `json:"since_ms"` // how long it has been so
	Gap   milliseconds `json:"gap_ms"`   // how long it was away the last time
}

type deviceView struct {
	Device   string        `json:"device"`
	Sequence uint64        `json:"sequence"`
	Age      milliseconds  `json:"age_ms"`   // of the latest round
	Every    milliseconds  `json:"every_ms"` // between rounds; 0: only one was heard
	Readings []readingView `json:"readings"`
	History  *historyView  `json:"history,omitempty"`
}

type readingView struct {
	contract.Reading
	Age        milliseconds `json:"age_ms"`
	Holds      milliseconds `json:"holds_ms"` // the age at which it is too old
	Calibrates bool         `json:"calibrates,omitempty"`
}

// milliseconds is a duration that is a number of milliseconds in JSON, to the
// microsecond.
type milliseconds time.Duration

// MarshalJSON implements json.Marshaler.
func (m milliseconds) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(time.Duration(m).Microseconds())/1e3, 'f', -1, 64), nil
}

func (b bus) view(now time.Time) busView {
	return busView{b.up, milliseconds(now.Sub(b.since)), milliseconds(b.gap)}
}

// view is the device without its history.
func (d *device) view(now time.Time) deviceView {
	v := deviceView{
		Device:   d.name,
		Sequence: d.sequence,
		Age:      milliseconds(now.Sub(d.received)),
		Every:    milliseconds(d.every()),
		Readings: make([]readingView, len(d.readings)),
	}
	for i, r := range d.readings {
		v.Readings[i] = r.view(now)
	}
	return v
}

func (r reading) view(now time.Time) readingView {
	age := now.Sub(r.taken)
	if age > r.holds && (r.Quality == contract.Good || r.Quality == contract.Suspect) {
		r.Quality, r.Reason = contract.Stale, "expired"
	}
	return readingView{r.Reading, milliseconds(age), milliseconds(r.holds), r.Kind.Calibrates()}
}

func (k *kiosk) stateLocked(now time.Time) stateView {
	v := stateView{
		Version: k.page.version,
		Time:    now.UTC(),
		Bus:     k.bus.view(now),
		Devices: k.store.view(now),
		Alerts:  k.alerts.view(),
		Calls:   k.calls.view(),
		Refused: k.refused.count,
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

// show answers over HTTP what a screen is told over its socket.
func (k *kiosk) show() {
	k.look("GET /api/state", func(now time.Time) any { return k.stateLocked(now) })
	k.look("GET /api/devices", func(now time.Time) any { return k.store.view(now) })
	k.look("GET /api/alerts", func(time.Time) any { return k.alerts.view() })
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
	readingView
}

func (k *kiosk) find(_ context.Context, in findRequest) ([]foundView, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	var found []foundView
	now := time.Now()
	for _, d := range k.store.devices {
		for _, r := range d.readings {
			if r.ID == in.ID && (in.Device == "" || in.Device == d.name) {
				found = append(found, foundView{d.name, r.view(now)})
			}
		}
	}
	if found == nil {
		return nil, daebus.Errorf(daebus.NotFound, "no reading %q; GET /api/devices lists them", in.ID)
	}
	return found, nil
}
