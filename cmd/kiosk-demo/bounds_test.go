package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

// What bounds.go promises.
const (
	maxState = 3 << 20
	maxTopic = 1 << 20
)

// endless is text that nobody needs, with all that JSON writes longer.
var endless = strings.Repeat(`<"é`+"\u2028\x00", 30)

// tiny is a value that takes many bytes to write.
var tiny = contract.Number(-1.2345678901234567e-6)

// long is an ID of most bytes.
func long(most int, v any) string { return fmt.Sprintf("%0*v", most, v) }

// line is a reading that a plot shows.
func line(i int) contract.Reading {
	return contract.Reading{ID: long(maxID, i), Kind: contract.Temperature, Value: tiny, Quality: contract.Good}
}

// hostile has too much of everything.
func hostile(device string) contract.Readings {
	at := time.Date(2026, 3, 1, 12, 0, 0, 123456789, time.FixedZone("", 14*3600))
	r := contract.Readings{Device: device, Sequence: math.MaxUint64, Time: at}
	for i := range 2 * maxReadings {
		in := line(i)
		in.Name, in.Unit, in.Reason, in.Source, in.Quality = endless, endless, endless, endless, contract.Quality(endless)
		in.Time, in.Expires = at, at.AddDate(200, 0, 0)
		r.Readings = append(r.Readings, in)
	}
	for i := range 2 * maxActive {
		r.Alerts = append(r.Alerts, contract.Alert{Device: device, ID: long(maxAlert, i), Reading: endless,
			Level: contract.Level(endless), Text: endless, Value: tiny, Unit: endless, Since: at, Active: true})
	}
	return r
}

func TestStateIsBoundedInBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus := daebustest.NewBus()
		k := newKiosk()
		kiosk := daebustest.Run(t, bus, k.app)
		sensor := daebus.New(contract.Service)
		daebustest.Run(t, bus, sensor)
		say := func(r contract.Readings) {
			t.Helper()
			if _, err := contract.ReadingsTopic.Broadcast(t.Context(), sensor, r); err != nil {
				t.Fatal(err)
			}
		}
		var lines []contract.Reading
		for i := range historyLines {
			lines = append(lines, line(i))
		}
		device := func(i int) string { return long(maxDevice, i) }
		for i := range maxDevices {
			say(hostile(device(i)))
		}
		for i := range 2 * maxEnded {
			ended := hostile(device(0)).Alerts[0]
			ended.ID, ended.Active = long(maxAlert, -i-1), false
			if _, err := contract.AlertsTopic.Broadcast(t.Context(), sensor, ended); err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range []string{"", "a\nb", strings.Repeat("d", 1<<20)} {
			say(round(name, 1, "a"))
		}
		say(contract.Readings{Device: device(0), Readings: make([]contract.Reading, maxItems+1)})
		for range historyPoints { // as if so many rounds had come in
			pass(time.Second + time.Microsecond)
			k.mu.Lock()
			for _, d := range k.store.devices {
				d.history.add(time.Now(), lines)
			}
			k.mu.Unlock()
		}

		body := kiosk.HTTP("GET", "/api/state", nil).Body.Bytes()
		if n := len(body); n > maxState || n < maxState*3/4 {
			t.Errorf("got %d bytes, want at most %d, and near to it: or this test no longer fills the state", n, maxState)
		}
		for _, topic := range []string{"devices", "alerts"} {
			if value, _ := look[json.RawMessage](t, kiosk, topic); len(value) > maxTopic || len(value) < maxTopic/20 {
				t.Errorf("topic %s: got %d bytes, want at most %d", topic, len(value), maxTopic)
			}
		}
		devices, _ := look[shownDevices](t, kiosk, "devices")
		alerts, _ := look[shownAlerts](t, kiosk, "alerts")
		if d, ok := devices[device(0)]; len(devices) != maxDevices || !ok || len(d.Readings) != maxReadings || len(alerts) != maxActive+maxEnded {
			t.Errorf("got %d devices of %d readings, %d alerts", len(devices), len(d.Readings), len(alerts))
		}
		about, _ := look[struct{ Refused int }](t, kiosk, "kiosk")
		if want := maxDevices + 4; about.Refused != want {
			t.Errorf("got %d messages refused, want %d", about.Refused, want)
		}
	})
}

func TestGoodPartOfARoundIsKept(t *testing.T) {
	r := round("one", 1, "a", "", "b", strings.Repeat("c", maxID+1), "d\x1b[31m")
	r.Alerts = []contract.Alert{{Device: "one", ID: "hot:a"}, {Device: "one"}}
	kept, err := fit(r)
	if len(kept.Readings) != 2 || kept.Readings[1].ID != "b" || len(kept.Alerts) != 1 || !errors.Is(err, daebus.Invalid) || !strings.Contains(err.Error(), "4 of 7") {
		t.Errorf("got %+v, %v, want a, b and an alert, and word of the 4 others", kept, err)
	}
	if _, err := fit(round("one", 1, "fs./.used", "R&D")); err != nil {
		t.Errorf("all in order: got %v", err)
	}
}

func TestClip(t *testing.T) {
	for _, c := range []struct {
		in, want string
		most     int
	}{
		{"°C", "°C", 3},
		{"°C", "°", 2},
		{"°C", "", 1},
		{"a\nb\x00\u202e\x7f", "a b   ", 16},
		{"a<b", "a<b", 8},
		{"a<b", "a<", 7},
		{"a<b", "a", 6},
		{`"\`, `"`, 3},
		{"a\xffb", "a\uFFFDb", 5},
		{"", "", 0},
	} {
		if got := clip(c.in, c.most); got != c.want {
			t.Errorf("clip(%q, %d): got %q, want %q", c.in, c.most, got, c.want)
		}
	}
	same := strings.Repeat("°", maxText/2)
	if n := testing.AllocsPerRun(100, func() { same = clip(same, maxText) }); n != 0 {
		t.Errorf("got %v allocations for a text that stays as it is, want 0", n)
	}
}

func FuzzClip(f *testing.F) {
	f.Add(endless, uint8(maxText))
	f.Add("°C", uint8(3))
	f.Fuzz(func(t *testing.T, s string, n uint8) {
		most := min(int(n), maxAlert)
		got := clip(s, most)
		text, err := json.Marshal(got)
		if err != nil || len(text)-len(`""`) > most || !utf8.ValidString(got) || clip(got, most) != got {
			t.Errorf("clip(%q, %d): got %q, as JSON %s, %v", s, most, got, text, err)
		}
	})
}

func TestRefusalIsLoggedOnceAStreak(t *testing.T) {
	var f refusals
	err := errors.New("too long")
	at := noon
	for i, c := range []struct {
		after  time.Duration
		err    error
		logged bool
	}{
		{0, nil, false},
		{0, err, true},
		{time.Second, err, false},
		{time.Second, nil, false},
		{streak - time.Second - 1, err, false},
		{streak, err, true},
		{streak - 1, err, false},
	} {
		at = at.Add(c.after)
		if got := f.add(at, c.err); (got != nil) != c.logged {
			t.Errorf("%d: got %v, want it logged: %v", i, got, c.logged)
		}
	}
	if f.count != 5 {
		t.Errorf("got %d refusals, want 5", f.count)
	}
}
