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

// add takes the place of the alert of the same ID.
func (l *alerts) add(a contract.Alert) {
	list := slices.DeleteFunc(l.list, func(old contract.Alert) bool { return old.ID == a.ID })
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

// forget drops the active alerts on readings of a device that has started
// anew: it raises those that still hold again.
func (l *alerts) forget(readings []contract.Reading) {
	l.list = slices.DeleteFunc(l.list, func(a contract.Alert) bool {
		return a.Active && slices.ContainsFunc(readings, func(r contract.Reading) bool { return r.ID == a.Reading })
	})
}

// view is a copy, never nil.
func (l *alerts) view() []contract.Alert { return append([]contract.Alert{}, l.list...) }
