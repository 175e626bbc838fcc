package alert_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/alert"
	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// at is the nth second's reading.
func at(n int, id string, v float64) contract.Reading {
	return contract.Reading{ID: id, Kind: contract.Temperature, Unit: "°C", Value: contract.Number(v), Quality: contract.Good, Time: noon.Add(time.Duration(n) * time.Second)}
}

// watch feeds the values, a second apart, and draws what happened: + raised,
// - cleared, . nothing.
func watch(t *testing.T, rule alert.Rule, values ...float64) string {
	t.Helper()
	w, err := alert.New(rule)
	if err != nil {
		t.Fatal(err)
	}
	var drawn strings.Builder
	for i, v := range values {
		changed := w.Update([]contract.Reading{at(i, "t1", v)})
		switch {
		case len(changed) == 0:
			drawn.WriteByte('.')
		case changed[0].Active:
			drawn.WriteByte('+')
		default:
			drawn.WriteByte('-')
		}
	}
	return drawn.String()
}

func TestHysteresis(t *testing.T) {
	ceiling := alert.Rule{Name: "hot", Reading: "t1", On: 80, Off: 75}
	slow := ceiling
	slow.Samples = 3
	for _, c := range []struct {
		name   string
		rule   alert.Rule
		values []float64
		want   string
	}{
		{"ceiling", ceiling, []float64{79, 80, 85, 79, 76, 75, 79, 80}, ".+...-.+"},
		{"floor", alert.Rule{Name: "low", Reading: "t1", On: 4.7, Off: 4.9}, []float64{5, 4.7, 4.8, 4.89, 4.9, 4.8}, ".+..-."},
		{"three in a row", slow, []float64{80, 80, 70, 80, 80, 80, 70, 78, 70, 70, 70}, ".....+....-"},
		{"a flag", alert.Rule{Name: "flag", Reading: "t1", On: 1, Off: 0}, []float64{0, 1, 1, 0, 0}, ".+.-."},
		{"no gap", alert.Rule{Name: "edge", Reading: "t1", On: 50, Off: 50}, []float64{50, 50, 49.9, 50}, "+.-+"},
	} {
		if got := watch(t, c.rule, c.values...); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestAlertSaysWhatHappened(t *testing.T) {
	w, err := alert.New(alert.Rule{Name: "hot", Reading: "thermal.*", Level: contract.Critical, On: 80, Off: 75, Text: "processor is hot"})
	if err != nil {
		t.Fatal(err)
	}
	changed := w.Update([]contract.Reading{at(7, "cpu.usage", 100), at(7, "thermal.a", 81), at(7, "thermal.b", 60)})
	if len(changed) != 1 {
		t.Fatalf("got %+v", changed)
	}
	a := changed[0]
	value := *a.Value
	a.Value = nil
	want := contract.Alert{ID: "hot:thermal.a", Reading: "thermal.a", Level: contract.Critical, Text: "processor is hot", Unit: "°C", Since: noon.Add(7 * time.Second), Active: true}
	if a != want || value != 81 {
		t.Errorf("got %+v of %v, want %+v", a, value, want)
	}
	if active := w.Active(); len(active) != 1 || active[0].ID != "hot:thermal.a" {
		t.Errorf("active: got %+v", active)
	}
	w.Update([]contract.Reading{at(8, "thermal.a", 75)})
	if active := w.Active(); len(active) != 0 {
		t.Errorf("active after clearing: got %+v", active)
	}
}

func TestOnlyGoodReadingsCount(t *testing.T) {
	w, err := alert.New(alert.Rule{Name: "hot", Reading: "t1", On: 80, Off: 75, Samples: 2})
	if err != nil {
		t.Fatal(err)
	}
	bad := func(n int, q contract.Quality, v float64) contract.Reading {
		r := at(n, "t1", v)
		r.Quality = q
		return r
	}
	for i, c := range []struct {
		r    contract.Reading
		want int
	}{
		{bad(1, contract.Suspect, 85), 0},
		{bad(2, contract.Stale, 85), 0},
		{at(3, "t1", 85), 0},
		{at(3, "t1", 85), 0}, // the same sample, read again
		{bad(4, contract.Error, math.NaN()), 0},
		{at(5, "t1", 85), 1},
		{bad(6, contract.Absent, math.NaN()), 0},
		{bad(7, contract.Suspect, 0), 0},
		{at(8, "t1", 20), 0},
		{at(9, "t1", 20), 1},
	} {
		if got := w.Update([]contract.Reading{c.r}); len(got) != c.want {
			t.Errorf("step %d: got %+v, want %d changes", i, got, c.want)
		}
	}
}

func TestRulesThatCannotWork(t *testing.T) {
	for _, c := range []struct {
		rules []alert.Rule
		want  string
	}{
		{[]alert.Rule{{Reading: "t1"}}, `name ""`},
		{[]alert.Rule{{Name: "a", Reading: "t1"}, {Name: "a", Reading: "t2"}}, `name "a"`},
		{[]alert.Rule{{Name: "a"}}, "reading is empty"},
		{[]alert.Rule{{Name: "a", Reading: "t1", On: math.NaN()}}, "on NaN"},
		{[]alert.Rule{{Name: "a", Reading: "t1", Samples: -1}}, "samples -1"},
	} {
		if _, err := alert.New(c.rules...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
}
