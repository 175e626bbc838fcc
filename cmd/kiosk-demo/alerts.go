package main

import (
	"cmp"
	"slices"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
)

// How many alerts are remembered; the one that changed longest ago goes first.
const (
	maxActive = 64
	maxEnded  = 16
)

// alerts are the latest of every ID: the active ones first, newest first.
type alerts struct{ list []contract.Alert }

// same reports whether a and b are of one rule, reading and device.
func same(a, b contract.Alert) bool { return a.ID == b.ID && a.Device == b.Device }

// add takes the place of the same alert.
func (l *alerts) add(a contract.Alert) {
	list := slices.DeleteFunc(l.list, func(old contract.Alert) bool { return same(old, a) })
	l.list = append(list, a)
	slices.SortStableFunc(l.list, func(a, b contract.Alert) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), b.Since.Compare(a.Since))
	})
	left := map[bool]int{true: maxActive, false: maxEnded}
	l.list = slices.DeleteFunc(l.list, func(a contract.Alert) bool {
		left[a.Active]--
		return left[a.Active] < 0
	})
}

func rank(a contract.Alert) int {
	if a.Active {
		return 0
	}
	return 1
}

// sync takes the active alerts of a device from its round of readings: what
// was said while nobody listened, or before this kiosk started, is known from
// there. It reports whether that was news.
func (l *alerts) sync(device string, active []contract.Alert) (news bool) {
	l.list = slices.DeleteFunc(l.list, func(a contract.Alert) bool {
		over := a.Active && a.Device == device && !slices.ContainsFunc(active, func(b contract.Alert) bool { return same(a, b) })
		news = news || over
		return over
	})
	for _, a := range active {
		known := slices.ContainsFunc(l.list, func(b contract.Alert) bool { return same(a, b) && b.Active && b.Since.Equal(a.Since) })
		if !known {
			l.add(a)
			news = true
		}
	}
	return news
}

// view is a copy, never nil.
func (l *alerts) view() []contract.Alert { return append([]contract.Alert{}, l.list...) }
