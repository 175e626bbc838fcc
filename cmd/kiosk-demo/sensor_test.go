package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
	"github.com/daebus/daebus-go/daebus"
)

// thermometer is the fake sensor's reading that can be calibrated.
const thermometer = "w1.28-000005e2fdc3"

// fakeSensor says what sensor-demo says, of a device that does not exist.
type fakeSensor struct {
	device string
	period time.Duration

	mu       sync.Mutex // guards below
	sequence uint64
	offset   float64
	alerts   []contract.Alert
}

// newFakeSensor returns a sensor service with a round each period.
func newFakeSensor(device string, period time.Duration) *daebus.App {
	return (&fakeSensor{device: device, period: period}).app()
}

func (s *fakeSensor) app() *daebus.App {
	app := daebus.New(contract.Service)
	app.Thread("sample", func(ctx context.Context) error {
		for now := range daebus.Ticks(ctx, s.period) {
			_, _ = contract.ReadingsTopic.Broadcast(ctx, app, s.round(now)) // the bus may be away
		}
		return nil
	})
	daebus.HandleProgress(app, contract.Calibrate, s.calibrate)
	contract.SetInterval.Handle(app, func(_ context.Context, in contract.IntervalRequest) (contract.IntervalReply, error) {
		return contract.IntervalReply{Milliseconds: in.Milliseconds, Previous: s.period.Milliseconds()}, nil
	})
	contract.Echo.Handle(app, func(_ context.Context, in json.RawMessage) (json.RawMessage, error) { return in, nil })
	return app
}

// round is the next round: each value moves a little, and no two rounds show
// the same processor usage.
func (s *fakeSensor) round(now time.Time) contract.Readings {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sequence++
	x := float64(s.sequence) * s.period.Seconds()
	wave := func(mean, height, seconds float64) float64 { return mean + height*math.Sin(2*math.Pi*x/seconds) }
	r := contract.Readings{Device: s.device, Sequence: s.sequence, Time: now.UTC(), Alerts: s.alerts}
	add := func(id, name string, kind contract.Kind, unit string, v float64) *contract.Reading {
		r.Readings = append(r.Readings, contract.Reading{ID: id, Name: name, Kind: kind, Unit: unit, Value: contract.Number(v),
			Quality: contract.Good, Time: r.Time, Expires: r.Time.Add(10 * time.Second)})
		return &r.Readings[len(r.Readings)-1]
	}
	add("cpu.usage", "CPU usage", contract.CPU, "%", wave(23, 9, 41)+wave(0, 6, 5.3)+float64(s.sequence%10)/10)
	add("memory.used", "Memory used", contract.Memory, "%", wave(46, 2, 190))
	add("memory.available", "Memory available", contract.Memory, "B", wave(2.1e9, 4e7, 190))
	swap := add("memory.swap", "Swap used", contract.Memory, "%", math.NaN())
	swap.Quality, swap.Reason = contract.Absent, "no swap"
	add("load.1", "Load, 1 min", contract.Load, "1", wave(0.62, 0.3, 73))
	add("uptime", "Uptime", contract.Uptime, "s", 273_400+x)
	add("fs./.used", "/ used", contract.FileSystem, "%", 38.2)
	add("fs./.free", "/ free", contract.FileSystem, "B", 18.4e9)
	add("net.eth0.rx", "eth0 received", contract.Network, "B/s", max(0, wave(52e3, 30e3, 29)+wave(0, 18e3, 7)))
	add("net.eth0.tx", "eth0 sent", contract.Network, "B/s", max(0, wave(17e3, 9e3, 31)))
	add("thermal.cpu-thermal", "cpu-thermal", contract.Temperature, "°C", wave(51.5, 3, 97))
	add(thermometer, "1-Wire 28-000005e2fdc3", contract.Temperature, "°C", wave(20.4, 0.2, 120)+s.offset)
	lost := add("w1.28-00000a1b2c3d", "1-Wire 28-00000a1b2c3d", contract.Temperature, "°C", math.NaN())
	lost.Quality, lost.Reason = contract.Error, "checksum wrong three times"
	return r
}

// raise has the rounds carry these alerts, which are active.
func (s *fakeSensor) raise(alerts ...contract.Alert) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.alerts = alerts
}

// calibrate takes one sample a period.
func (s *fakeSensor) calibrate(ctx context.Context, in contract.CalibrateRequest, report func(contract.CalibrateStep) error) (contract.CalibrateReply, error) {
	want, err := in.Count()
	if err != nil {
		return contract.CalibrateReply{}, daebus.Errorf(daebus.Invalid, "%w", err)
	}
	var samples []contract.Reading
	for now := range daebus.Ticks(ctx, s.period) {
		for _, r := range s.round(now).Readings {
			if r.ID == in.ID {
				samples = append(samples, r.Adjust(-s.shift(0)))
			}
		}
		if err := report(contract.CalibrateStep{Step: len(samples), Total: want, Text: fmt.Sprintf("sample %d taken", len(samples))}); err != nil {
			return contract.CalibrateReply{}, err
		}
		if len(samples) == want || len(samples) == 0 {
			break
		}
	}
	out, err := in.Offset(samples)
	if err != nil {
		return out, daebus.Errorf(daebus.Invalid, "%w", err)
	}
	s.shift(out.Offset)
	return out, nil
}

// shift sets the offset, unless to is 0, and returns the one before.
func (s *fakeSensor) shift(to float64) float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.offset
	if to != 0 {
		s.offset = to
	}
	return before
}
