package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

// inBubble runs the kiosk, and a sensor with a round each second.
func inBubble(t *testing.T, test func(t *testing.T, bus *daebustest.Bus, kiosk, sensor *daebustest.Service)) {
	synctest.Test(t, func(t *testing.T) {
		bus := daebustest.NewBus()
		kiosk := daebustest.Run(t, bus, New())
		sensor := daebustest.Run(t, bus, newFakeSensor("bench", time.Second))
		test(t, bus, kiosk, sensor)
	})
}

// pass lets time pass, and all that happens meanwhile.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// next reads frames until one of the kind, and decodes its data.
func next[T any](t *testing.T, p *daebustest.Peer, kind string) T {
	t.Helper()
	for frame := p.Read(); frame != ""; frame = p.Read() {
		var m struct {
			Type string
			Data json.RawMessage
		}
		if err := json.Unmarshal([]byte(frame), &m); err != nil {
			t.Fatal(err)
		}
		if m.Type == kind {
			return decode[T](t, m.Data)
		}
	}
	t.Fatalf("no frame of the type %s", kind)
	panic("unreachable")
}

func decode[T any](t *testing.T, text []byte) (v T) {
	t.Helper()
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// look is a topic's value, as a screen that comes now is shown it, and its age.
func look[T any](t *testing.T, kiosk *daebustest.Service, topic string) (value T, age float64) {
	t.Helper()
	screen := kiosk.Connect()
	defer screen.Close()
	screen.Send("$subscribe", map[string]string{"topic": topic})
	m := next[struct {
		Value T
		Age   float64
	}](t, screen, "$topic")
	return m.Value, m.Age
}

type (
	shownDevices map[string]struct {
		Sequence uint64
		At       float64 `json:"at_ms"`
		Every    float64 `json:"every_ms"`
		Readings map[string]struct {
			Kind       contract.Kind
			Value      *float64
			Quality    contract.Quality
			Age        float64 `json:"age_ms"`
			Holds      float64 `json:"holds_ms"`
			Calibrates bool
		}
	}
	shownBus struct {
		Up      bool
		Gap     float64 `json:"gap_ms"`
		Outages int
	}
	shownCalls map[string]struct {
		Count, Failed int
		P99           float64 `json:"p99_ms"`
	}
	shownAlerts map[string]struct {
		contract.Alert
		Acknowledged bool
	}
)

func TestScreenIsShownDevices(t *testing.T) {
	inBubble(t, func(t *testing.T, _ *daebustest.Bus, kiosk, _ *daebustest.Service) {
		pass(10*time.Second + 400*time.Millisecond)
		devices, age := look[shownDevices](t, kiosk, "devices")
		d := devices["bench"]
		if len(devices) != 1 || d.Sequence != 10 || d.Every != 1000 || d.At != 10_000 || age != 400 {
			t.Errorf("got %d devices, round %d, every %v ms, at %v ms, %v ms old; want 1, 10, 1000, 10000, 400", len(devices), d.Sequence, d.Every, d.At, age)
		}
		for id, r := range d.Readings {
			if want := r.Kind.Calibrates(); r.Calibrates != want {
				t.Errorf("%s calibrates: got %v, want %v", id, r.Calibrates, want)
			}
		}
	})
}

func TestScreenIsSentWhatChanges(t *testing.T) {
	inBubble(t, func(t *testing.T, _ *daebustest.Bus, kiosk, _ *daebustest.Service) {
		pass(3 * time.Second)
		screen := kiosk.Connect()
		screen.Send("$subscribe", map[string]string{"topic": "devices"})
		next[any](t, screen, "$topic")
		pass(time.Second)
		m := next[struct {
			From, Seq uint64
			Patch     map[string]map[string]any
		}](t, screen, "$topic")
		bench := m.Patch["bench"]
		if m.Seq != m.From+1 || bench["sequence"] != 4.0 || bench["device"] != nil {
			t.Errorf("got %+v, want the fourth round and no more", m)
		}
		usage, _ := bench["readings"].(map[string]any)["cpu.usage"].(map[string]any)
		if len(usage) != 1 || usage["value"] == nil {
			t.Errorf("got %v, want a new value alone", usage)
		}
	})
}

func TestHistoryIsAskedFor(t *testing.T) {
	inBubble(t, func(t *testing.T, _ *daebustest.Bus, kiosk, _ *daebustest.Service) {
		pass(10*time.Second + 400*time.Millisecond)
		screen := kiosk.Connect()
		screen.Send("history", map[string]string{"device": "bench"})
		h := next[struct {
			Ages  []float64 `json:"ages_ms"`
			Lines map[string][]*float64
		}](t, screen, "response")
		if n := len(h.Ages); n != 10 || h.Ages[9] != 400 || len(h.Lines["cpu.usage"]) != n {
			t.Errorf("got %d points with the ages %v", n, h.Ages)
		}
		if _, plotted := h.Lines["uptime"]; plotted {
			t.Error("the uptime has a plot")
		}
		screen.Send("history", map[string]string{"device": "none"})
		if e := next[struct{ Code daebus.Code }](t, screen, "error"); e.Code != daebus.NotFound {
			t.Errorf("of an unknown device: got %q, want not_found", e.Code)
		}
	})
}

// A kiosk that was just started has nothing to say of devices, so that a screen
// keeps what it shows until there is something newer.
func TestDevicesAreShownFromTheFirstRoundOn(t *testing.T) {
	inBubble(t, func(t *testing.T, _ *daebustest.Bus, kiosk, _ *daebustest.Service) {
		screen := kiosk.Connect()
		screen.Send("$subscribe", map[string]string{"topic": "devices"})
		if frame := screen.Read(); frame != "" {
			t.Errorf("got %s", frame)
		}
		pass(time.Second)
		next[any](t, screen, "$topic")
	})
}

func TestSilentSensorAges(t *testing.T) {
	inBubble(t, func(t *testing.T, _ *daebustest.Bus, kiosk, sensor *daebustest.Service) {
		pass(3 * time.Second)
		sensor.Stop()
		pass(11 * time.Second) // the fake's readings hold 10 s
		if _, age := look[any](t, kiosk, "devices"); age != 11_000 {
			t.Errorf("the topic: got %v ms, want 11000", age)
		}
		d := decode[[]deviceAges](t, kiosk.HTTP("GET", "/api/devices", nil).Body.Bytes())[0]
		r := d.Readings["cpu.usage"]
		if d.Age != 11_000 || r.Age != 11_000 || r.Quality != contract.Stale || r.Value == nil {
			t.Errorf("got device %v ms, reading %v ms, %s, %v; want 11000, 11000, stale and its last value", d.Age, r.Age, r.Quality, r.Value)
		}
	})
}

// deviceAges is the part of GET /api/devices that the tests look at.
type deviceAges struct {
	Device   string
	Age      float64 `json:"age_ms"`
	Readings map[string]struct {
		Value   *float64
		Quality contract.Quality
		Age     float64 `json:"age_ms"`
	}
}

func TestLostBusIsShown(t *testing.T) {
	inBubble(t, func(t *testing.T, bus *daebustest.Bus, kiosk, _ *daebustest.Service) {
		bus.Cut(nil)
		synctest.Wait()
		if b, _ := look[shownBus](t, kiosk, "bus"); b.Up {
			t.Error("the bus is up")
		}
		pass(12 * time.Second)
		bus.Heal()
		pass(time.Second)
		b, age := look[shownBus](t, kiosk, "bus")
		if want := (shownBus{true, 12_000, 1}); b != want || age != 1000 {
			t.Errorf("got %+v for %v ms, want %+v for 1000", b, age, want)
		}
	})
}

func TestScreensAreCounted(t *testing.T) {
	inBubble(t, func(t *testing.T, _ *daebustest.Bus, kiosk, _ *daebustest.Service) {
		screen := kiosk.Connect()
		count := func() int {
			k, _ := look[struct{ Screens int }](t, kiosk, "kiosk")
			return k.Screens - 1 // the one that looks
		}
		if n := count(); n != 1 {
			t.Errorf("got %d screens, want 1", n)
		}
		screen.Close()
		if n := count(); n != 0 {
			t.Errorf("got %d screens, want none", n)
		}
	})
}

func TestCalibrateReportsProgress(t *testing.T) {
	inBubble(t, func(t *testing.T, _ *daebustest.Bus, kiosk, _ *daebustest.Service) {
		screen := kiosk.Connect()
		screen.Send("calibrate", contract.CalibrateRequest{ID: thermometer, Reference: 25, Samples: 3})
		for want := 1; want <= 3; want++ {
			if step := next[contract.CalibrateStep](t, screen, "progress"); step.Step != want || step.Total != 3 {
				t.Errorf("got step %d of %d, want %d of 3", step.Step, step.Total, want)
			}
		}
		reply := next[struct {
			contract.CalibrateReply
			Took float64 `json:"took_ms"`
		}](t, screen, "response")
		if reply.Samples != 3 || reply.Offset < 4 || reply.Offset > 5 || reply.Took != 3000 {
			t.Errorf("got %+v, want an offset of 4 to 5 from 3 samples in 3000 ms", reply)
		}
		pass(callsPause)
		calls, _ := look[shownCalls](t, kiosk, "calls")
		if got := calls["calibrate"].P99; got != 3000 {
			t.Errorf("p99: got %v ms, want 3000", got)
		}
	})
}

// However often anybody asks, a screen is told of calls once a second, and of
// the last one in the end.
func TestCallsAreConflated(t *testing.T) {
	inBubble(t, func(t *testing.T, _ *daebustest.Bus, kiosk, _ *daebustest.Service) {
		screen := kiosk.Connect()
		screen.Send("$subscribe", map[string]string{"topic": "calls"})
		next[any](t, screen, "$topic")
		const seconds, each = 3, 100
		for range seconds * each {
			kiosk.HTTP("POST", "/api/echo", `{"text":"hello"}`)
			pass(time.Second / each)
		}
		pass(2 * callsPause)
		var told []int
		for frame := screen.Read(); frame != ""; frame = screen.Read() {
			m := decode[struct{ Data struct{ Patch shownCalls } }](t, []byte(frame))
			told = append(told, m.Data.Patch["echo"].Count)
		}
		if n := len(told); n < seconds || n > seconds+1 || told[0] != 1 || told[n-1] != seconds*each {
			t.Errorf("in %d s: told of %v calls; want the first, the last, and one a second between", seconds, told)
		}
	})
}

func TestRefusals(t *testing.T) {
	inBubble(t, func(t *testing.T, _ *daebustest.Bus, kiosk, sensor *daebustest.Service) {
		for _, c := range []struct {
			method, path, body string
			status             int
			part               string
		}{
			{"POST", "/api/calibrate", `{"id":""}`, http.StatusBadRequest, "id is empty"},
			{"POST", "/api/interval", `{"milliseconds":5}`, http.StatusBadRequest, "want 100 to 3600000"},
			{"GET", "/api/readings/nothing", "", http.StatusNotFound, "/api/devices lists them"},
			{"GET", "/static/../kiosk.go", "", http.StatusTemporaryRedirect, ""},
			{"GET", "/static/kiosk.go", "", http.StatusNotFound, ""},
		} {
			w := kiosk.HTTP(c.method, c.path, c.body)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.part) {
				t.Errorf("%s %s: got %d %s, want %d with %q", c.method, c.path, w.Code, w.Body, c.status, c.part)
			}
		}
		sensor.Stop()
		w := kiosk.HTTP("POST", "/api/echo", `{"text":"hello"}`)
		if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), string(daebus.Unavailable)) {
			t.Errorf("without a sensor: got %d %s", w.Code, w.Body)
		}
		pass(callsPause)
		if calls, _ := look[shownCalls](t, kiosk, "calls"); calls["echo"].Failed != 1 {
			t.Errorf("got %+v, want a failed echo", calls)
		}
	})
}

func TestAPIShowsTheSame(t *testing.T) {
	inBubble(t, func(t *testing.T, _ *daebustest.Bus, kiosk, _ *daebustest.Service) {
		pass(2 * time.Second)
		if s := decode[struct{ Devices []deviceAges }](t, kiosk.HTTP("GET", "/api/state", nil).Body.Bytes()); len(s.Devices) != 1 || len(s.Devices[0].Readings) == 0 {
			t.Errorf("state: got %+v", s)
		}
		if d := decode[[]deviceAges](t, kiosk.HTTP("GET", "/api/devices", nil).Body.Bytes()); len(d) != 1 || d[0].Device != "bench" {
			t.Errorf("devices: got %+v", d)
		}
		if a := kiosk.HTTP("GET", "/api/alerts", nil).Body.String(); a != "[]" {
			t.Errorf("alerts: got %s, want []", a)
		}
		found := decode[[]struct {
			Device string
			contract.Reading
		}](t, kiosk.HTTP("GET", "/api/readings/fs./.used?device=bench", nil).Body.Bytes())
		if len(found) != 1 || found[0].Device != "bench" || found[0].Unit != "%" {
			t.Errorf("reading: got %+v", found)
		}
		interval := decode[contract.IntervalReply](t, kiosk.HTTP("POST", "/api/interval", contract.IntervalRequest{Milliseconds: 500}).Body.Bytes())
		if interval != (contract.IntervalReply{Milliseconds: 500, Previous: 1000}) {
			t.Errorf("interval: got %+v", interval)
		}
	})
}

func TestAlertsFollowTheReadings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus := daebustest.NewBus()
		kiosk := daebustest.Run(t, bus, New())
		sensor := daebus.New(contract.Service)
		daebustest.Run(t, bus, sensor)
		round := func(active ...contract.Alert) {
			t.Helper()
			r := contract.Readings{Device: "bench", Time: time.Now(), Readings: []contract.Reading{{ID: "cpu.usage", Time: time.Now()}}, Alerts: active}
			if _, err := contract.ReadingsTopic.Broadcast(t.Context(), sensor, r); err != nil {
				t.Fatal(err)
			}
		}
		round()
		alert := contract.Alert{Device: "bench", ID: "busy:cpu.usage", Reading: "cpu.usage", Level: contract.Warning, Text: "busy", Since: time.Now(), Active: true}
		if _, err := contract.AlertsTopic.Broadcast(t.Context(), sensor, alert); err != nil {
			t.Fatal(err)
		}
		active := func() int {
			alerts, _ := look[shownAlerts](t, kiosk, "alerts")
			return len(alerts)
		}
		for i, c := range []struct {
			active []contract.Alert
			want   int
		}{{[]contract.Alert{alert}, 1}, {nil, 0}, {[]contract.Alert{alert}, 1}} {
			round(c.active...)
			if got := active(); got != c.want {
				t.Errorf("round %d: got %d alerts, want %d", i, got, c.want)
			}
		}
	})
}

func TestAlertIsAcknowledged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus := daebustest.NewBus()
		kiosk := daebustest.Run(t, bus, New())
		sensor := daebus.New(contract.Service)
		daebustest.Run(t, bus, sensor)
		begin := func() {
			a := contract.Alert{Device: "bench", ID: "hot", Level: contract.Critical, Since: time.Now(), Active: true}
			if _, err := contract.AlertsTopic.Broadcast(t.Context(), sensor, a); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		seen := func() bool {
			alerts, _ := look[shownAlerts](t, kiosk, "alerts")
			return alerts["bench hot"].Acknowledged
		}
		begin()
		if seen() {
			t.Error("a new alert is acknowledged")
		}
		if w := kiosk.HTTP("POST", "/api/acknowledge", `{"device":"bench","id":"hot"}`); w.Code != http.StatusOK || !seen() {
			t.Errorf("got %d %s, acknowledged: %v", w.Code, w.Body, seen())
		}
		time.Sleep(time.Second)
		if begin(); seen() {
			t.Error("an alert that began anew is acknowledged")
		}
		if w := kiosk.HTTP("POST", "/api/acknowledge", `{"device":"bench","id":"cold"}`); w.Code != http.StatusNotFound {
			t.Errorf("of no alert: got %d %s", w.Code, w.Body)
		}
	})
}

func TestScreensAreToldWhatToDo(t *testing.T) {
	inBubble(t, func(t *testing.T, bus *daebustest.Bus, kiosk, _ *daebustest.Service) {
		shell := daebus.New("shell")
		daebustest.Run(t, bus, shell)
		one, two := kiosk.Connect(), kiosk.Connect()
		for _, c := range []struct {
			request, frame string
			reached        int
		}{
			{`{"do":"reload"}`, `{"type":"reload","data":{}}`, 2},
			{`{"do":"identify","to":["` + one.ID() + `"]}`, `{"type":"identify","data":{}}`, 1},
			{`{"do":"message","text":"Lunch"}`, `{"type":"message","data":{"text":"Lunch"}}`, 2},
			{`{"do":"navigate","url":"#readings"}`, `{"type":"navigate","data":{"url":"#readings"}}`, 2},
			{`{"do":"screen","on":false}`, `{"type":"screen","data":{"on":false}}`, 2},
		} {
			var out screenReply
			if err := shell.Call(t.Context(), "kiosk", "screen", json.RawMessage(c.request), &out); err != nil {
				t.Fatal(err)
			}
			if got := one.Read(); got != c.frame || out.Reached != c.reached {
				t.Errorf("%s: got %s at %d screens, want %s at %d", c.request, got, out.Reached, c.frame, c.reached)
			}
			two.Read()
		}
		err := shell.Call(t.Context(), "kiosk", "screen", json.RawMessage(`{"do":"dance"}`), nil)
		if !errors.Is(err, daebus.Invalid) {
			t.Errorf("got %v, want invalid", err)
		}
	})
}
