package main

import (
	"context"
	"time"

	"github.com/daebus/daebus-go/daebus"
)

// What the screens are shown: topics with state, each an object of which only
// what changes is sent.
const (
	devicesTopic daebus.Topic[map[string]deviceView]  = "devices" // by name
	alertsTopic  daebus.Topic[map[string]alertView]   = "alerts"  // by device and ID
	callsTopic   daebus.Topic[map[string]latencyView] = "calls"   // by name
	busTopic     daebus.Topic[busView]                = "bus"
	kioskTopic   daebus.Topic[kioskView]              = "kiosk"
)

func (k *kiosk) declare() {
	devicesTopic.Declare(k.app)
	alertsTopic.Declare(k.app)
	callsTopic.Declare(k.app)
	busTopic.Declare(k.app)
	kioskTopic.Declare(k.app)
}

// start shows what is known already. Of devices nothing is known until the
// first round: until then a screen that was connected to the kiosk before it
// was restarted keeps what it has, which ages.
func (k *kiosk) start(context.Context) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.showAlertsLocked()
	k.showCallsLocked()
	k.showBusLocked()
	k.showKioskLocked()
	return nil
}

// These fail only when the service is about to stop: the topics are declared,
// and their values are bounded and can be encoded.

func (k *kiosk) showDevicesLocked() { _ = devicesTopic.Show(k.app, k.store.shown(k.started)) }
func (k *kiosk) showAlertsLocked()  { _ = alertsTopic.Show(k.app, k.alerts.shown()) }
func (k *kiosk) showCallsLocked()   { _ = callsTopic.Show(k.app, k.calls.view()) }
func (k *kiosk) showBusLocked()     { _ = busTopic.Show(k.app, k.bus.shown()) }
func (k *kiosk) showKioskLocked()   { _ = kioskTopic.Show(k.app, kioskView{k.screens, k.refused.count}) }

// kioskView is what the service says of itself.
type kioskView struct {
	Screens int    `json:"screens"` // that are connected
	Refused uint64 `json:"refused"` // messages of which not all was kept
}

// shown is every device as of its latest round, which the frame's age is
// counted from: At tells the rounds of several devices apart.
func (s *store) shown(started time.Time) map[string]deviceView {
	v := make(map[string]deviceView, len(s.devices))
	for _, d := range s.devices {
		device := d.view(d.received)
		device.At = milliseconds(d.received.Sub(started))
		v[d.name] = device
	}
	return v
}

func (l *alerts) shown() map[string]alertView {
	v := make(map[string]alertView, len(l.list))
	for _, a := range l.list {
		v[a.Device+" "+a.ID] = a
	}
	return v
}

func (b bus) shown() busView { return busView{Up: b.up, Gap: milliseconds(b.gap), Outages: b.outages} }

func (k *kiosk) join(context.Context, daebus.Peer) error {
	k.count(+1)
	return nil
}

func (k *kiosk) leave(context.Context, daebus.Peer) { k.count(-1) }

func (k *kiosk) count(change int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.screens += change
	k.showKioskLocked()
}

type historyRequest struct {
	Device string `json:"device"`
}

// history is the past of one device, for a plot that begins.
func (k *kiosk) history(_ context.Context, in historyRequest) (*historyView, error) {
	now := time.Now()
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, d := range k.store.devices {
		if d.name == in.Device {
			return d.history.view(now), nil
		}
	}
	return nil, daebus.Errorf(daebus.NotFound, "no device %q has been heard of", in.Device)
}
