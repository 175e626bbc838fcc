package main

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
	"github.com/daebus/daebus-go/cmd/sensor-demo/probe"
	"github.com/daebus/daebus-go/cmd/sensor-demo/probe/probetest"
	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

const thermal = "thermal.cpu-thermal"

// heard is an app that keeps what the sensor says.
type heard struct {
	*daebus.App

	mu       sync.Mutex // guards below
	readings []contract.Readings
	alerts   []contract.Alert
}

// rounds waits until all is quiet and returns what was heard up to now.
func (h *heard) rounds() []contract.Readings {
	synctest.Wait()
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.readings
}

// onPi runs fn in a bubble, with a sensor on a Raspberry Pi 4.
func onPi(t *testing.T, fn func(t *testing.T, m probetest.Machine, svc *daebustest.Service, h *heard)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		m := probetest.Pi4(t)
		bus := daebustest.NewBus()
		h := &heard{App: daebus.New("test")}
		contract.ReadingsTopic.Listen(h, func(_ context.Context, r contract.Readings) error {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.readings = append(h.readings, r)
			return nil
		})
		contract.AlertsTopic.Listen(h, func(_ context.Context, a contract.Alert) error {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.alerts = append(h.alerts, a)
			return nil
		})
		daebustest.Run(t, bus, h.App)
		s := newSensor(&options{
			device:   "pi",
			interval: interval(time.Second),
			probe:    probe.Options{ProcRoot: m.Proc(), SysRoot: m.Sys(), Root: m.Root},
		})
		svc := daebustest.Run(t, bus, s.app)
		fn(t, m, svc, h)
	})
}

func TestReadingsEachSecond(t *testing.T) {
	onPi(t, func(t *testing.T, _ probetest.Machine, _ *daebustest.Service, h *heard) {
		time.Sleep(3500 * time.Millisecond)
		if got := len(h.rounds()); got != 4 {
			t.Fatalf("got %d rounds in 3.5 s, want 4: at once and each second", got)
		}
		for i, r := range h.rounds() {
			if r.Device != "pi" || r.Sequence != uint64(i+1) || len(r.Readings) == 0 {
				t.Errorf("round %d: got %s, sequence %d, %d readings", i+1, r.Device, r.Sequence, len(r.Readings))
			}
		}
	})
}

func TestReadAndList(t *testing.T) {
	onPi(t, func(t *testing.T, _ probetest.Machine, _ *daebustest.Service, h *heard) {
		synctest.Wait()
		got, err := contract.Read.Call(t.Context(), h, contract.ReadRequest{IDs: []string{thermal}})
		if err != nil || len(got.Readings) != 1 || got.Readings[0].Quality != contract.Good {
			t.Errorf("got %+v, %v; want one good reading", got.Readings, err)
		}
		if _, err := contract.Read.Call(t.Context(), h, contract.ReadRequest{IDs: []string{"nothing"}}); !errors.Is(err, daebus.NotFound) {
			t.Errorf("got %v, want not_found", err)
		}
		list, err := contract.List.Call(t.Context(), h, contract.ListRequest{})
		if err != nil || len(list.Sensors) < 20 {
			t.Errorf("got %d sensors, %v", len(list.Sensors), err)
		}
	})
}

func TestCalibrate(t *testing.T) {
	onPi(t, func(t *testing.T, _ probetest.Machine, _ *daebustest.Service, h *heard) {
		before, ok := find(h.rounds()[0].Readings, thermal)
		if !ok {
			t.Fatal("no thermal reading")
		}
		var steps []contract.CalibrateStep
		reply, err := contract.Calibrate.Call(t.Context(), h,
			contract.CalibrateRequest{ID: thermal, Reference: *before.Value + 2, Samples: 3},
			daebus.OnProgress(func(s contract.CalibrateStep) { steps = append(steps, s) }))
		if err != nil || math.Abs(reply.Offset-2) > 0.001 {
			t.Fatalf("got offset %v, %v; want 2", reply.Offset, err)
		}
		if len(steps) != 3 || steps[2].Step != 3 || steps[2].Total != 3 {
			t.Errorf("got steps %+v, want three", steps)
		}
		time.Sleep(time.Second)
		rounds := h.rounds()
		after, _ := find(rounds[len(rounds)-1].Readings, thermal)
		if got := *after.Value - *before.Value; math.Abs(got-2) > 0.001 {
			t.Errorf("the reading moved by %v, want 2", got)
		}
	})
}

func TestCalibrateRefuses(t *testing.T) {
	onPi(t, func(t *testing.T, _ probetest.Machine, _ *daebustest.Service, h *heard) {
		synctest.Wait()
		for _, c := range []struct {
			ask  contract.CalibrateRequest
			want daebus.Code
		}{
			{contract.CalibrateRequest{ID: "", Reference: 1}, daebus.Invalid},
			{contract.CalibrateRequest{ID: thermal, Reference: 1, Samples: 1000}, daebus.Invalid},
			{contract.CalibrateRequest{ID: "nothing", Reference: 1}, daebus.NotFound},
			{contract.CalibrateRequest{ID: "uptime", Reference: 1}, daebus.Conflict},
		} {
			if _, err := contract.Calibrate.Call(t.Context(), h, c.ask); !errors.Is(err, c.want) {
				t.Errorf("%+v: got %v, want %s", c.ask, err, c.want)
			}
		}
	})
}

func TestSetInterval(t *testing.T) {
	onPi(t, func(t *testing.T, _ probetest.Machine, _ *daebustest.Service, h *heard) {
		synctest.Wait()
		got, err := contract.SetInterval.Call(t.Context(), h, contract.IntervalRequest{Milliseconds: 100})
		if err != nil || got.Previous != 1000 || got.Milliseconds != 100 {
			t.Fatalf("got %+v, %v", got, err)
		}
		before := len(h.rounds())
		time.Sleep(1050 * time.Millisecond)
		if n := len(h.rounds()) - before; n != 10 {
			t.Errorf("got %d rounds in a second, want 10", n)
		}
		if _, err := contract.SetInterval.Call(t.Context(), h, contract.IntervalRequest{Milliseconds: 1}); !errors.Is(err, daebus.Invalid) {
			t.Errorf("got %v, want invalid", err)
		}
	})
}

func TestAlertOnHeat(t *testing.T) {
	onPi(t, func(t *testing.T, m probetest.Machine, _ *daebustest.Service, h *heard) {
		synctest.Wait()
		m.Write("sys/class/thermal/thermal_zone0/temp", "85000\n")
		time.Sleep(5 * time.Second)
		m.Write("sys/class/thermal/thermal_zone0/temp", "75000\n") // above Off: it holds
		time.Sleep(5 * time.Second)
		m.Write("sys/class/thermal/thermal_zone0/temp", "60000\n")
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if len(h.alerts) != 2 || !h.alerts[0].Active || h.alerts[1].Active || h.alerts[0].Level != contract.Critical {
			t.Errorf("got alerts %+v, want one raised and the same cleared", h.alerts)
		}
	})
}

func TestSelfTest(t *testing.T) {
	onPi(t, func(t *testing.T, _ probetest.Machine, svc *daebustest.Service, _ *heard) {
		synctest.Wait()
		if err := svc.RunJob("self-test"); err != nil {
			t.Error(err)
		}
	})
}

func TestEcho(t *testing.T) {
	onPi(t, func(t *testing.T, _ probetest.Machine, _ *daebustest.Service, h *heard) {
		const payload = `{"n":1,"big":9007199254740993,"pad":"x"}`
		if got, err := contract.Echo.Call(t.Context(), h, json.RawMessage(payload)); string(got) != payload || err != nil {
			t.Errorf("got %s, %v; want the payload as it was", got, err)
		}
	})
}
