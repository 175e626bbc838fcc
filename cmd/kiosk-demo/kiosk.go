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
	app     *daebus.App
	started time.Time     // what the screens are told of times counts from here
	called  chan struct{} // of one: calls have changed since the screens were told

	// News is shown under the lock that it was stored under, so that the screens
	// see it in the same order.
	mu      sync.Mutex // guards below
	store   store
	alerts  alerts
	calls   calls
	bus     bus
	refused refusals
	screens int // that are connected
}

// bus is the state of the link.
type bus struct {
	up      bool
	since   time.Time
	gap     time.Duration // how long it was away the last time
	outages int
}

// New returns the kiosk service.
func New() *daebus.App { return newKiosk().app }

func newKiosk() *kiosk {
	now := time.Now()
	app := daebus.New("kiosk")
	k := &kiosk{app: app, started: now, called: make(chan struct{}, 1), bus: bus{since: now}}

	contract.ReadingsTopic.Listen(app, k.readings)
	contract.AlertsTopic.Listen(app, k.alert)
	app.OnLink(k.link)

	k.declare()
	app.OnStart(k.start)
	app.OnPeer(k.join, k.leave)
	app.Thread("calls", k.tellCalls)

	k.ask("calibrate", daebus.Limit(daebus.Progress(k.calibrate), 1))
	k.ask("interval", daebus.Func(k.interval))
	k.ask("echo", daebus.Func(k.echo))
	k.ask("acknowledge", daebus.Func(k.acknowledge))
	app.Socket("history", daebus.Func(k.history))
	app.Action("screen", daebus.Func(k.screen))
	k.show()
	servePage(app)
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
		return k.refuseLocked(now, err)
	}
	r, err := fit(r)
	k.store.add(now, r)
	k.showDevicesLocked()
	if k.alerts.sync(r.Device, r.Alerts) {
		k.showAlertsLocked()
	}
	return k.refuseLocked(now, err)
}

func (k *kiosk) alert(_ context.Context, a contract.Alert) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := admitAlert(a); err != nil {
		return k.refuseLocked(time.Now(), err)
	}
	k.alerts.add(fitAlert(a))
	k.showAlertsLocked()
	return nil
}

// refuseLocked counts err, unless it is nil, and returns it when it is to be
// logged.
func (k *kiosk) refuseLocked(now time.Time, err error) error {
	if err == nil {
		return nil
	}
	err = k.refused.add(now, err)
	k.showKioskLocked()
	return err
}

func (k *kiosk) link(_ context.Context, e daebus.LinkEvent) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.bus.up && !e.Up {
		k.bus.outages++
	}
	k.bus.up, k.bus.since, k.bus.gap = e.Up, time.Now(), e.Gap
	k.showBusLocked()
}
