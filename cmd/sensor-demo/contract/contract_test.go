package contract_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	. "github.com/daebus/daebus-go/cmd/sensor-demo/contract"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func reading(q Quality, v float64) Reading {
	return Reading{ID: "w1.28-000005e2fdc3", Kind: Temperature, Unit: "°C", Value: Number(v), Quality: q, Time: noon, Expires: noon.Add(30 * time.Second)}
}

func TestReadingJSON(t *testing.T) {
	r := reading(Good, -10.125)
	got, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"id":"w1.28-000005e2fdc3","kind":"temperature","unit":"°C","value":-10.125,"quality":"good","time":"2026-03-01T12:00:00Z","expires":"2026-03-01T12:00:30Z"}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestNumberIsFiniteOrNil(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if Number(v) != nil {
			t.Errorf("Number(%v) is not nil", v)
		}
		if got, err := json.Marshal(reading(Error, v)); err != nil || strings.Contains(string(got), "value") {
			t.Errorf("%v: got %s, %v", v, got, err)
		}
	}
	if got, _ := json.Marshal(reading(Good, 0)); !strings.Contains(string(got), `"value":0`) {
		t.Errorf("a measured zero is left out: %s", got)
	}
}

func TestReadingAt(t *testing.T) {
	for _, c := range []struct {
		name  string
		have  Quality
		after time.Duration
		want  Quality
	}{
		{"fresh", Good, 0, Good},
		{"at its end", Good, 30 * time.Second, Good},
		{"too old", Good, 30*time.Second + 1, Stale},
		{"suspect, too old", Suspect, time.Minute, Stale},
		{"clocks a little apart", Good, -5 * time.Second, Good},
		{"clock set back", Good, -time.Hour, Stale},
		{"an error does not age", Error, time.Hour, Error},
		{"nor does absence", Absent, time.Hour, Absent},
	} {
		r := reading(c.have, 20)
		got := r.At(noon.Add(c.after))
		if got.Quality != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got.Quality, c.want)
		}
		if got.Quality == Stale && (got.Reason == "" || got.Value == nil) {
			t.Errorf("%s: stale without reason or value: %+v", c.name, got)
		}
		if r.Quality != c.have {
			t.Errorf("%s: At changed its receiver", c.name)
		}
	}
}

func TestReadRequestMatch(t *testing.T) {
	r := reading(Good, 20)
	for _, c := range []struct {
		q    ReadRequest
		want bool
	}{
		{ReadRequest{}, true},
		{ReadRequest{IDs: []string{"w1.28-000005e2fdc3"}}, true},
		{ReadRequest{IDs: []string{"cpu.usage", "w1.*"}}, true},
		{ReadRequest{IDs: []string{"*"}}, true},
		{ReadRequest{IDs: []string{"w1.28"}}, false},
		{ReadRequest{Kinds: []Kind{Temperature}}, true},
		{ReadRequest{Kinds: []Kind{Fan}}, false},
		{ReadRequest{IDs: []string{"cpu.usage"}, Kinds: []Kind{Temperature}}, true},
	} {
		if got := c.q.Match(r); got != c.want {
			t.Errorf("%+v: got %v, want %v", c.q, got, c.want)
		}
	}
}

func TestInterval(t *testing.T) {
	for ms, ok := range map[int64]bool{0: false, -1: false, 99: false, 100: true, 1000: true, 3_600_000: true, 3_600_001: false, math.MaxInt64: false} {
		d, err := IntervalRequest{Milliseconds: ms}.Interval()
		if (err == nil) != ok {
			t.Errorf("%d ms: got %v, %v", ms, d, err)
		}
		if ok && d.Milliseconds() != ms {
			t.Errorf("%d ms: got %v", ms, d)
		}
	}
}

func TestAdjust(t *testing.T) {
	r := reading(Good, 20)
	if got := *r.Adjust(0.5).Value; got != 20.5 || *r.Value != 20 {
		t.Errorf("got %v from %v, want 20.5 from 20", got, *r.Value)
	}
	if got := *r.Adjust(math.NaN()).Value; got != 20 {
		t.Errorf("NaN offset: got %v, want 20", got)
	}
	if got := reading(Error, math.NaN()).Adjust(1); got.Value != nil {
		t.Errorf("an absent value became %v", *got.Value)
	}
}

func TestOffset(t *testing.T) {
	q := CalibrateRequest{ID: "w1.28-000005e2fdc3", Reference: 21, Samples: 3}
	got, err := q.Offset([]Reading{reading(Good, 20.25), reading(Good, 20.5), reading(Good, 20.75)})
	if err != nil {
		t.Fatal(err)
	}
	want := CalibrateReply{ID: q.ID, Offset: 0.5, Spread: 0.5, Samples: 3, Unit: "°C"}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestOffsetRefuses(t *testing.T) {
	good := reading(Good, 20)
	suspect := reading(Suspect, 85)
	suspect.Reason = "power-on value"
	other := good
	other.ID = "w1.28-0000000000ff"
	counted := good
	counted.Kind = Network
	for _, c := range []struct {
		name    string
		q       CalibrateRequest
		samples []Reading
		want    string
	}{
		{"no id", CalibrateRequest{}, nil, "id is empty"},
		{"reference", CalibrateRequest{ID: good.ID, Reference: math.NaN()}, nil, "reference NaN"},
		{"too many", CalibrateRequest{ID: good.ID, Samples: 101}, nil, "samples 101: want 1 to 100"},
		{"negative", CalibrateRequest{ID: good.ID, Samples: -1}, nil, "samples -1"},
		{"too few", CalibrateRequest{ID: good.ID}, []Reading{good}, "1 samples: want 5"},
		{"suspect", CalibrateRequest{ID: good.ID, Samples: 2}, []Reading{good, suspect}, "sample 2 is suspect: power-on value"},
		{"other", CalibrateRequest{ID: good.ID, Samples: 1}, []Reading{other}, "sample 1 is of w1.28-0000000000ff"},
		{"counted", CalibrateRequest{ID: good.ID, Samples: 1}, []Reading{counted}, "counted, not measured"},
		{"overflow", CalibrateRequest{ID: good.ID, Samples: 1, Reference: math.MaxFloat64}, []Reading{reading(Good, -math.MaxFloat64)}, "out of range"},
	} {
		if _, err := c.q.Offset(c.samples); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}
