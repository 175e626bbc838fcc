package main

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func round(device string, sequence uint64, ids ...string) contract.Readings {
	r := contract.Readings{Device: device, Sequence: sequence, Time: noon}
	for _, id := range ids {
		r.Readings = append(r.Readings, contract.Reading{ID: id, Kind: contract.CPU, Value: contract.Number(1),
			Quality: contract.Good, Time: noon, Expires: noon.Add(10 * time.Second)})
	}
	return r
}

func TestStoreIsBounded(t *testing.T) {
	var s store
	for i := range 3 * maxDevices {
		s.add(noon.Add(time.Duration(i)*time.Second), round(fmt.Sprintf("device-%03d", i), 1, "a"))
	}
	if len(s.devices) != maxDevices || s.devices[0].name != fmt.Sprintf("device-%03d", 2*maxDevices) {
		t.Errorf("got %d devices from %s on, want the last %d", len(s.devices), s.devices[0].name, maxDevices)
	}
	s = store{}
	var d *device
	for i := range 3 * maxReadings {
		d = s.add(noon.Add(time.Duration(i)*time.Millisecond), round("one", uint64(i), fmt.Sprint("r", i)))
	}
	if len(d.readings) != maxReadings || len(d.history.lines) != historyLines {
		t.Errorf("got %d readings and %d lines, want %d and %d", len(d.readings), len(d.history.lines), maxReadings, historyLines)
	}
}

func TestReadingNoLongerSentIsForgotten(t *testing.T) {
	var s store
	s.add(noon, round("one", 1, "a", "b"))
	d := s.add(noon.Add(maxAge), round("one", 2, "a"))
	if len(d.readings) != 2 {
		t.Errorf("after %v: got %d readings, want 2", maxAge, len(d.readings))
	}
	if d = s.add(noon.Add(maxAge+time.Second), round("one", 3, "a")); len(d.readings) != 1 {
		t.Errorf("later: got %d readings, want 1", len(d.readings))
	}
}

func TestForeignClockDoesNotAge(t *testing.T) {
	var s store
	r := round("one", 1, "a", "b")
	r.Readings[1].Time = noon.Add(-3 * time.Second) // measured before the round
	arrived := noon.AddDate(1, 0, 0)                // by our clock
	d := s.add(arrived, r)
	for i, want := range []time.Duration{time.Second, 4 * time.Second} {
		if got := time.Duration(d.readings[i].view(arrived.Add(time.Second)).Age); got != want {
			t.Errorf("%s: got %v, want %v", d.readings[i].ID, got, want)
		}
	}
}

func TestPace(t *testing.T) {
	var s store
	at := noon
	for i, c := range []struct {
		gap, every time.Duration
	}{
		{0, 0},
		{time.Second, time.Second},
		{50 * time.Millisecond, time.Second}, // one early round
		{time.Second, time.Second},
		{time.Minute, time.Minute},
		{time.Second, time.Minute},
		{time.Second, time.Second},
	} {
		at = at.Add(c.gap)
		if d := s.add(at, round("one", uint64(i), "a")); d.every() != c.every {
			t.Errorf("round %d: got every %v, want %v", i, d.every(), c.every)
		}
	}
}

func TestHistory(t *testing.T) {
	var h history
	at := noon
	add := func(step time.Duration, ids ...string) {
		at = at.Add(step)
		h.add(at, round("one", 1, ids...).Readings)
	}
	add(0, "a")
	add(100*time.Millisecond, "a") // within the step
	add(900*time.Millisecond, "a", "b")
	v := h.view(at)
	got, err := json.Marshal(v)
	if want := `{"ages_ms":[1000,0],"lines":{"a":[1,1],"b":[null,1]}}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
	for range historyPoints {
		add(time.Second, "a")
	}
	if _, kept := h.lines["b"]; kept || len(h.times) != historyPoints || len(h.lines["a"]) != historyPoints {
		t.Errorf("got %d points, %d of a, b kept: %v; want %d points, b forgotten", len(h.times), len(h.lines["a"]), kept, historyPoints)
	}
}

func TestPointsHoldNoInfinity(t *testing.T) {
	got, err := json.Marshal(points{1.5, missing, float32(math.Inf(1)), 3e20})
	if want := `[1.5,null,null,3e+20]`; err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

func TestAlertsOrderAndBounds(t *testing.T) {
	var l alerts
	for i := range 2 * maxActive {
		l.add(contract.Alert{ID: fmt.Sprint(i), Since: noon.Add(time.Duration(i) * time.Second), Active: i%2 == 0 || i < maxActive})
	}
	l.add(contract.Alert{ID: "first", Since: noon, Active: true})
	l.add(contract.Alert{ID: fmt.Sprint(2*maxActive - 2), Since: noon.Add(time.Hour), Active: false})
	list := l.view()
	active := 0
	for i, a := range list {
		if a.Active {
			active++
		}
		if i > 0 && (rank(a) < rank(list[i-1]) || rank(a) == rank(list[i-1]) && a.Since.After(list[i-1].Since)) {
			t.Errorf("%s follows %s", a.ID, list[i-1].ID)
		}
	}
	if active > maxActive || len(list)-active != maxEnded {
		t.Errorf("got %d active and %d ended, want at most %d and %d", active, len(list)-active, maxActive, maxEnded)
	}
}

func TestLatencies(t *testing.T) {
	var c calls
	for i := range 1000 {
		c.add("echo", milliseconds(i)*milliseconds(time.Millisecond), true)
	}
	c.add("echo", 0, false)
	got := c.view()["echo"]
	want := latencyView{Count: 1001, Failed: 1, P50: milliseconds(871 * time.Millisecond), P99: milliseconds(997 * time.Millisecond)}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want) // over 744 to 999 ms
	}
	if text, _ := json.Marshal(milliseconds(1234567 * time.Nanosecond)); string(text) != "1.234" {
		t.Errorf("got %s, want 1.234", text)
	}
}

// What is shown over HTTP is written after the lock is let go.
func TestStateIsReadWhileReadingsArrive(t *testing.T) {
	bus := daebustest.NewBus()
	kiosk := daebustest.Run(t, bus, New())
	client := daebus.NewClient("sensor")
	detach, err := client.Attach(t.Context(), daebus.Runtime{Bus: bus})
	if err != nil {
		t.Fatal(err)
	}
	defer detach()
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() {
		for i := range uint64(50) {
			v := float64(i)
			round := contract.Readings{Device: "bench", Sequence: i, Readings: []contract.Reading{{ID: "cpu.usage", Kind: contract.CPU, Value: &v}}}
			if _, err := contract.ReadingsTopic.Broadcast(t.Context(), client, round); err != nil {
				t.Error(err)
			}
		}
	})
	for range 50 {
		if w := kiosk.HTTP("GET", "/api/state", nil); w.Code != http.StatusOK {
			t.Errorf("got %d %s", w.Code, w.Body)
		}
	}
}
