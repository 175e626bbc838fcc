package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
	"github.com/daebus/daebus-go/daebus"
)

func (s *sensor) read(_ context.Context, q contract.ReadRequest) (contract.Readings, error) {
	out := s.current()
	all := out.Readings
	out.Readings = []contract.Reading{}
	for _, r := range all {
		if q.Match(r) {
			out.Readings = append(out.Readings, r.At(time.Now()))
		}
	}
	if len(q.IDs) > 0 && len(out.Readings) == 0 {
		return out, daebus.Errorf(daebus.NotFound, "no reading matches %q", q.IDs)
	}
	return out, nil
}

func (s *sensor) list(context.Context, contract.ListRequest) (contract.ListReply, error) {
	latest := s.current()
	out := contract.ListReply{Device: latest.Device, Sensors: []contract.Sensor{}}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range latest.Readings {
		out.Sensors = append(out.Sensors, contract.Sensor{
			ID: r.ID, Name: r.Name, Kind: r.Kind, Unit: r.Unit, Quality: r.Quality, Source: r.Source, Offset: s.offsets[r.ID],
		})
	}
	return out, nil
}

func (s *sensor) current() contract.Readings {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.latest
}

func (s *sensor) setInterval(_ context.Context, q contract.IntervalRequest) (contract.IntervalReply, error) {
	interval, err := q.Interval()
	if err != nil {
		return contract.IntervalReply{}, daebus.Errorf(daebus.Invalid, "%w", err)
	}
	s.measuring.Lock()
	s.probe.SetLifetime(lifetimes * interval)
	s.measuring.Unlock()

	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.interval
	s.interval = interval
	s.restart()
	return contract.IntervalReply{Milliseconds: interval.Milliseconds(), Previous: before.Milliseconds()}, nil
}

// The pace of a calibration, the most it may take, and how many samples that are
// not good it passes over.
const (
	calibrateEvery = 200 * time.Millisecond
	calibrateMost  = 2 * time.Minute
	calibrateBad   = 10
)

// calibrate takes samples of its own and keeps the offset they give. A reading
// that is renewed slowly, such as one of a 1-Wire thermometer, is waited for.
func (s *sensor) calibrate(ctx context.Context, q contract.CalibrateRequest, report func(contract.CalibrateStep) error) (contract.CalibrateReply, error) {
	want, err := q.Count()
	if err != nil {
		return contract.CalibrateReply{}, daebus.Errorf(daebus.Invalid, "%w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, calibrateMost)
	defer cancel()
	var samples []contract.Reading
	bad := 0
	for range daebus.Ticks(ctx, calibrateEvery) {
		r, ok := find(s.measure(), q.ID)
		if !ok {
			return contract.CalibrateReply{}, daebus.Errorf(daebus.NotFound, "calibrate: there is no reading %q", q.ID)
		}
		if n := len(samples); n > 0 && r.Time.Equal(samples[n-1].Time) {
			continue
		}
		if r.Quality != contract.Good && r.Kind.Calibrates() && bad < calibrateBad {
			bad++ // a rate has no value when it was asked for a moment ago
			continue
		}
		samples = append(samples, r)
		if err := report(step(r, len(samples), want)); err != nil {
			return contract.CalibrateReply{}, err
		}
		if len(samples) == want {
			break
		}
	}
	if err := ctx.Err(); err != nil {
		return contract.CalibrateReply{}, fmt.Errorf("calibrate %s: %d of %d samples: %w", q.ID, len(samples), want, err)
	}
	out, err := q.Offset(samples)
	if err != nil {
		return out, daebus.Errorf(daebus.Conflict, "%w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offsets[q.ID] = out.Offset
	return out, nil
}

func step(r contract.Reading, n, of int) contract.CalibrateStep {
	text := "no value: " + r.Reason
	if r.Value != nil {
		text = fmt.Sprintf("%.2f %s", *r.Value, r.Unit)
	}
	return contract.CalibrateStep{Step: n, Total: of, Text: text}
}

func find(readings []contract.Reading, id string) (contract.Reading, bool) {
	for _, r := range readings {
		if r.ID == id {
			return r, true
		}
	}
	return contract.Reading{}, false
}

// echo answers with the payload as it came, for checks and for measuring.
func echo(_ context.Context, payload json.RawMessage) (json.RawMessage, error) {
	return payload, nil
}
