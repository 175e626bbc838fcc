package main

import (
	"encoding/json"
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

// shown is the part of a state that the tests look at.
type shown struct {
	Version string
	Bus     struct {
		Up  bool
		Gap float64 `json:"gap_ms"`
	}
	Devices []shownDevice
	Alerts  []contract.Alert
	Calls   map[string]shownCalls
	Refused int
}

type shownCalls struct {
	Count, Failed int
	P99           float64 `json:"p99_ms"`
}

type shownDevice struct {
	Device   string
	Sequence uint64
	Age      float64 `json:"age_ms"`
	Every    float64 `json:"every_ms"`
	Readings []struct {
		contract.Reading
		Age        float64 `json:"age_ms"`
		Holds      float64 `json:"holds_ms"`
		Calibrates bool
	}
	History struct {
		Ages  []float64 `json:"ages_ms"`
		Lines map[string][]*float64
	}
}

func TestScreenGetsEverythingThenNews(t *testing.T) {
	inBubble(t, func(t *testing.T, _ *daebustest.Bus, kiosk, _ *daebustest.Service) {
		pass(10*time.Second + 400*time.Millisecond)
		screen := kiosk.Connect()
		s := next[shown](t, screen, "state")
		if !s.Bus.Up || s.Version == "" || len(s.Devices) != 1 {
			t.Fatalf("got %+v", s)
		}
		d := s.Devices[0]
		if d.Device != "bench" || d.Sequence != 10 || d.Every != 1000 || d.Age != 400 {
			t.Errorf("got %s, round %d, every %v ms, %v ms old; want bench, 10, 1000, 400", d.Device, d.Sequence, d.Every, d.Age)
		}
		if n := len(d.History.Ages); n != 10 || d.History.Ages[9] != 400 || len(d.History.Lines["cpu.usage"]) != n {
			t.Errorf("got %d points with the ages %v", n, d.History.Ages)
		}
		if _, plotted := d.History.Lines["uptime"]; plotted {
			t.Error("the uptime has a plot")
		}
		for _, r := range d.Readings {
			if want := r.Kind.Calibrates(); r.Calibrates != want {
				t.Errorf("%s calibrates: got %v, want %v", r.ID, r.Calibrates, want)
			}
		}

		pass(time.Second)
		if d := next[shownDevice](t, screen, "readings"); d.Sequence != 11 || d.Age != 0 {
			t.Errorf("got round %d, %v ms old; want 11, 0", d.Sequence, d.Age)
		}
	})
}

func TestSilentSensorAges(t *testing.T) {
	inBubble(t, func(t *testing.T, _ *daebustest.Bus, kiosk, sensor *daebustest.Service) {
		pass(3 * time.Second)
		sensor.Stop()
		pass(11 * time.Second) // the fake's readings hold 10 s
		d := next[shown](t, kiosk.Connect(), "state").Devices[0]
		r := d.Readings[0]
		if d.Age != 11_000 || r.Age != 11_000 || r.Quality != contract.Stale || r.Value == nil {
			t.Errorf("got device %v ms, reading %v ms, %s, %v; want 11000, 11000, stale and its last value", d.Age, r.Age, r.Quality, r.Value)
		}
	})
}

func TestLostBusIsShown(t *testing.T) {
	inBubble(t, func(t *testing.T, bus *daebustest.Bus, kiosk, _ *daebustest.Service) {
		screen := kiosk.Connect()
		bus.Cut(nil)
		if b := next[struct{ Up bool }](t, screen, "bus"); b.Up {
			t.Error("the bus is up")
		}
		pass(12 * time.Second)
		bus.Heal()
		synctest.Wait()
		s := next[shown](t, kiosk.Connect(), "state")
		if !s.Bus.Up || s.Bus.Gap != 12_000 {
			t.Errorf("got %+v, want up after 12 s", s.Bus)
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
		calls := next[shown](t, kiosk.Connect(), "state").Calls
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
		const seconds, each = 3, 100
		for range seconds * each {
			kiosk.HTTP("POST", "/api/echo", `{"text":"hello"}`)
			pass(time.Second / each)
		}
		pass(2 * callsPause)
		var told []int
		for frame := screen.Read(); frame != ""; frame = screen.Read() {
			if strings.HasPrefix(frame, `{"type":"calls"`) {
				m := decode[struct{ Data map[string]shownCalls }](t, []byte(frame))
				told = append(told, m.Data["echo"].Count)
			}
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
		if calls := next[shown](t, kiosk.Connect(), "state").Calls; calls["echo"].Failed != 1 {
			t.Errorf("got %+v, want a failed echo", calls)
		}
	})
}

func TestAPIShowsTheSame(t *testing.T) {
	inBubble(t, func(t *testing.T, _ *daebustest.Bus, kiosk, _ *daebustest.Service) {
		pass(2 * time.Second)
		if s := decode[shown](t, kiosk.HTTP("GET", "/api/state", nil).Body.Bytes()); len(s.Devices) != 1 || len(s.Devices[0].Readings) == 0 {
			t.Errorf("state: got %+v", s)
		}
		if d := decode[[]shownDevice](t, kiosk.HTTP("GET", "/api/devices", nil).Body.Bytes()); len(d) != 1 || d[0].Device != "bench" {
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
		active := func() int { return len(next[shown](t, kiosk.Connect(), "state").Alerts) }
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
