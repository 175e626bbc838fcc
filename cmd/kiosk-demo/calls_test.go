package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

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
