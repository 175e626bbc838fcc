package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
	"github.com/daebus/daebus-go/daebus"
)

// sample measures and broadcasts, a round each interval, for as long as the
// service runs.
func (s *sensor) sample(ctx context.Context) error {
	for ctx.Err() == nil {
		rounds, interval := s.begin(ctx)
		s.round(rounds)
		for range daebus.Ticks(rounds, interval) {
			s.round(rounds)
		}
	}
	return nil
}

// begin returns a context that ends when the interval is changed, and the
// interval until then.
func (s *sensor) begin(ctx context.Context) (context.Context, time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ctx, s.restart = context.WithCancel(ctx)
	return ctx, s.interval
}

// round is one measurement: it is held against the rules, kept, and broadcast.
// Whoever listens while the bus is down has missed it; the next one tells more.
func (s *sensor) round(ctx context.Context) {
	readings := s.adjust(s.measure())
	changed := s.named(s.watch.Update(readings))
	s.mu.Lock()
	s.latest = contract.Readings{
		Device:   s.options.device,
		Sequence: s.latest.Sequence + 1,
		Time:     time.Now().UTC(),
		Readings: readings,
		Alerts:   s.named(s.watch.Active()),
	}
	latest := s.latest
	s.mu.Unlock()

	_, _ = contract.ReadingsTopic.Broadcast(ctx, s.app, latest)
	for _, a := range changed {
		_, _ = contract.AlertsTopic.Broadcast(ctx, s.app, a)
	}
}

// named says whose alerts they are.
func (s *sensor) named(alerts []contract.Alert) []contract.Alert {
	for i := range alerts {
		alerts[i].Device = s.options.device
	}
	return alerts
}

// measure reads the machine as it is, without offsets.
func (s *sensor) measure() []contract.Reading {
	s.measuring.Lock()
	defer s.measuring.Unlock()
	return s.probe.Read(time.Now().UTC())
}

func (s *sensor) adjust(readings []contract.Reading) []contract.Reading {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, r := range readings {
		if offset, ok := s.offsets[r.ID]; ok {
			readings[i] = r.Adjust(offset)
		}
	}
	return readings
}

// convert waits for 1-Wire thermometers, which take most of a second each.
func (s *sensor) convert(ctx context.Context) error {
	if len(s.options.probe.OneWire) == 0 {
		return nil
	}
	for range daebus.Ticks(ctx, time.Second) {
		if err := s.probe.Convert(ctx); err != nil && ctx.Err() == nil {
			return err
		}
	}
	return nil
}

// selfTest fails, and is logged, when the sampler has stopped or the machine
// shows nothing at all.
func (s *sensor) selfTest(context.Context) error {
	s.mu.Lock()
	latest, interval := s.latest, s.interval
	s.mu.Unlock()
	if age := time.Since(latest.Time); age > lifetimes*interval {
		return fmt.Errorf("the latest readings are %v old", age.Round(time.Second))
	}
	for _, r := range latest.Readings {
		if r.Quality == contract.Good {
			return nil
		}
	}
	return errors.New("no reading is good")
}
