package main

import (
	"cmp"
	"context"
	"slices"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
	"github.com/daebus/daebus-go/daebus"
)

// How many alerts are remembered; the one that changed longest ago goes first.
const (
	maxActive = 64
	maxEnded  = 16
)

// alerts are the latest of every ID: the active ones first, newest first.
type alerts struct{ list []alertView }

// alertView is an alert as the kiosk knows it.
type alertView struct {
	contract.Alert
	Acknowledged bool `json:"acknowledged,omitempty"` // somebody has seen it
}

// same reports whether a and b are of one rule, reading and device.
func same(a, b contract.Alert) bool { return a.ID == b.ID && a.Device == b.Device }

// add takes the place of the same alert.
func (l *alerts) add(a contract.Alert) {
	list := slices.DeleteFunc(l.list, func(old alertView) bool { return same(old.Alert, a) })
	l.list = append(list, alertView{Alert: a})
	slices.SortStableFunc(l.list, func(a, b alertView) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), b.Since.Compare(a.Since))
	})
	left := map[bool]int{true: maxActive, false: maxEnded}
	l.list = slices.DeleteFunc(l.list, func(a alertView) bool {
		left[a.Active]--
		return left[a.Active] < 0
	})
}

func rank(a alertView) int {
	if a.Active {
		return 0
	}
	return 1
}

// sync takes the active alerts of a device from its round of readings: what
// was said while nobody listened, or before this kiosk started, is known from
// there. It reports whether that was news.
func (l *alerts) sync(device string, active []contract.Alert) (news bool) {
	l.list = slices.DeleteFunc(l.list, func(a alertView) bool {
		over := a.Active && a.Device == device && !slices.ContainsFunc(active, func(b contract.Alert) bool { return same(a.Alert, b) })
		news = news || over
		return over
	})
	for _, a := range active {
		known := slices.ContainsFunc(l.list, func(b alertView) bool { return same(a, b.Alert) && b.Active && b.Since.Equal(a.Since) })
		if !known {
			l.add(a)
			news = true
		}
	}
	return news
}

// view is a copy, never nil.
func (l *alerts) view() []alertView { return append([]alertView{}, l.list...) }

type acknowledgeRequest struct {
	Device string `json:"device"`
	ID     string `json:"id"`
}

// acknowledge notes that somebody has seen an alert, on all screens. An alert
// that begins anew is a new one.
func (k *kiosk) acknowledge(_ context.Context, in acknowledgeRequest) (alertView, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i, a := range k.alerts.list {
		if a.Active && a.Device == in.Device && a.ID == in.ID {
			k.alerts.list[i].Acknowledged = true
			k.showAlertsLocked()
			return k.alerts.list[i], nil
		}
	}
	return alertView{}, daebus.Errorf(daebus.NotFound, "no active alert %q of a device %q", in.ID, in.Device)
}
