package main

import (
	"context"
	"sync"
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
	"github.com/daebus/daebus-go/daebus"
)

// kiosk is the service: what it remembers, and who is told of news.
type kiosk struct {
	app    *daebus.App
	page   *page
	called chan struct{} // of one: calls have changed since the screens were told

	// News is pushed under the lock that it was stored under, so that a screen
	// that joins gets the state and then only what came after it.
	mu      sync.Mutex // guards below
	store   store
	alerts  alerts
	calls   calls
	bus     bus
	refused refusals
}

// bus is the state of the link.
type bus struct {
	up    bool
	since time.Time
	gap   time.Duration // how long it was away the last time
}

// New returns the kiosk service.
func New() *daebus.App { return newKiosk().app }

func newKiosk() *kiosk {
	app := daebus.New("kiosk")
	k := &kiosk{app: app, page: newPage(), called: make(chan struct{}, 1), bus: bus{since: time.Now()}}

	contract.ReadingsTopic.Listen(app, k.readings)
	contract.AlertsTopic.Listen(app, k.alert)
	app.OnLink(k.link)
	app.OnPeer(k.join, nil)

	k.ask("calibrate", daebus.Limit(daebus.Progress(k.calibrate), 1))
	k.ask("interval", daebus.Func(k.interval))
	k.ask("echo", daebus.Func(k.echo))
	app.Thread("calls", k.tellCalls)
	k.show()
	k.page.route(app)
	return k
}

// ask lets screens and HTTP clients ask the same thing.
func (k *kiosk) ask(name string, h daebus.Handler) {
	k.app.Socket(name, h)
	k.app.Route("POST /api/"+name, daebus.HTTP(h))
}

func (k *kiosk) readings(_ context.Context, r contract.Readings) error {
	now := time.Now()
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := admit(r); err != nil {
		return k.refused.add(now, err)
	}
	r, err := fit(r)
	d := k.store.add(now, r)
	if k.alerts.sync(r.Device, r.Alerts) {
		k.app.Push("alerts", k.alerts.view())
	}
	k.app.Push("readings", d.view(now))
	return k.refused.add(now, err)
}

func (k *kiosk) alert(_ context.Context, a contract.Alert) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := admitAlert(a); err != nil {
		return k.refused.add(time.Now(), err)
	}
	k.alerts.add(fitAlert(a))
	k.app.Push("alerts", k.alerts.view())
	return nil
}

func (k *kiosk) link(_ context.Context, e daebus.LinkEvent) {
	now := time.Now()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.bus = bus{up: e.Up, since: now, gap: e.Gap}
	k.app.Push("bus", k.bus.view(now))
}

func (k *kiosk) join(_ context.Context, p daebus.Peer) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return p.Send("state", k.stateLocked(time.Now()))
}
