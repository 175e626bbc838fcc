// Package alert turns readings into alerts, by rules with hysteresis. It is
// pure: it starts nothing, and reads no clock but the readings' own.
package alert

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
)

// Rule says when the readings it names are a reason for alarm. A value that
// has reached On raises the alert; the alert holds until a value has come back
// to Off. With Off below On the rule guards a ceiling; above, a floor.
type Rule struct {
	Name    string // unique; part of the alert's ID
	Reading string // a reading's ID; a final * names all that begin so
	Unit    string // only readings in this unit; "" is any
	Level   contract.Level
	On, Off float64
	Samples int    // how many in a row it takes to raise or clear; 0 is 1
	Text    string // for people, such as "processor is hot"
}

// Watch applies rules to one round of readings after another, and remembers
// each reading that a rule names. It is not for concurrent use.
type Watch struct {
	rules  []Rule
	states map[key]*state
}

type key struct {
	rule    int
	reading string
}

// state is one rule's view of one reading.
type state struct {
	alert contract.Alert
	count int       // samples in a row that speak for the other state
	last  time.Time // of the last sample counted
}

// New returns a Watch with no alert active. The error names the rule that
// cannot work.
func New(rules ...Rule) (*Watch, error) {
	w := &Watch{states: make(map[key]*state)}
	names := make(map[string]bool)
	for _, r := range rules {
		switch {
		case r.Name == "" || names[r.Name]:
			return nil, fmt.Errorf("alert: rule name %q: want one that is not empty and not used twice", r.Name)
		case r.Reading == "":
			return nil, fmt.Errorf("alert: rule %s: reading is empty: want an id, or a prefix and *", r.Name)
		case contract.Number(r.On) == nil || contract.Number(r.Off) == nil:
			return nil, fmt.Errorf("alert: rule %s: on %v, off %v: want finite numbers", r.Name, r.On, r.Off)
		case r.Samples < 0:
			return nil, fmt.Errorf("alert: rule %s: samples %d: want 1 or more", r.Name, r.Samples)
		}
		names[r.Name] = true
		r.Samples = max(1, r.Samples)
		w.rules = append(w.rules, r)
	}
	return w, nil
}

// Update takes a round of readings and returns the alerts that were raised or
// cleared by it, in the order of the rules. Only good readings count: one that
// is suspect, stale, in error or absent neither raises an alert nor clears one.
// A reading seen before, by its time, is not counted again.
func (w *Watch) Update(readings []contract.Reading) []contract.Alert {
	var changed []contract.Alert
	for i, rule := range w.rules {
		for _, r := range readings {
			if r.Quality != contract.Good || r.Value == nil || !rule.names(r) {
				continue
			}
			if s := w.state(key{i, r.ID}, r); s.take(rule, r) {
				changed = append(changed, s.alert)
			}
		}
	}
	return changed
}

// Active returns the alerts that are active, by ID.
func (w *Watch) Active() []contract.Alert {
	var active []contract.Alert
	for _, s := range w.states {
		if s.alert.Active {
			active = append(active, s.alert)
		}
	}
	slices.SortFunc(active, func(a, b contract.Alert) int { return strings.Compare(a.ID, b.ID) })
	return active
}

func (w *Watch) state(k key, r contract.Reading) *state {
	s := w.states[k]
	if s == nil {
		rule := w.rules[k.rule]
		s = &state{alert: contract.Alert{
			ID: rule.Name + ":" + r.ID, Reading: r.ID, Level: rule.Level, Text: rule.Text, Unit: r.Unit}}
		w.states[k] = s
	}
	return s
}

// take counts one sample and reports whether the alert changed by it.
func (s *state) take(rule Rule, r contract.Reading) bool {
	if r.Time.Equal(s.last) {
		return false
	}
	s.last = r.Time
	if against := s.alert.Active && rule.clears(*r.Value) || !s.alert.Active && rule.raises(*r.Value); !against {
		s.count = 0
		return false
	}
	s.count++
	if s.count < rule.Samples {
		return false
	}
	s.count = 0
	s.alert.Active = !s.alert.Active
	s.alert.Value = contract.Number(*r.Value)
	s.alert.Since = r.Time
	return true
}

func (r Rule) names(x contract.Reading) bool {
	return contract.MatchID(r.Reading, x.ID) && (r.Unit == "" || r.Unit == x.Unit)
}

func (r Rule) raises(v float64) bool {
	if r.floor() {
		return v <= r.On
	}
	return v >= r.On
}

// clears is never true of a value that raises: with On and Off equal the alert
// clears beyond them.
func (r Rule) clears(v float64) bool {
	if r.floor() {
		return v >= r.Off
	}
	return v <= r.Off && v < r.On
}

func (r Rule) floor() bool { return r.Off > r.On }
