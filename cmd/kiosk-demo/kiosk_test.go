package main

import (
	"encoding/json"
	"errors"
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
