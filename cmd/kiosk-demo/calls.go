package main

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
	"github.com/daebus/daebus-go/daebus"
)

// How long the sensor gets. Sampling for a calibration may take minutes, but
// then a step is heard of now and then.
const (
	calibrateTime = 3 * time.Minute
	stepTime      = 15 * time.Second
	echoTime      = 3 * time.Second
)

// callsPause is between two messages to the screens about calls, which any
// screen can cause: with many of them each would be told of all the others'.
const callsPause = time.Second

var errStalled = daebus.Errorf(daebus.Timeout, "calibrate: the sensor has not been heard of for %v", stepTime)

type calibrateReply struct {
	contract.CalibrateReply
	Took milliseconds `json:"took_ms"`
}

type intervalReply struct {
	contract.IntervalReply
	Took milliseconds `json:"took_ms"`
}

type echoReply struct {
	Echo json.RawMessage `json:"echo"`
	Took milliseconds    `json:"took_ms"`
}

// calibrate has the sensor calibrate a reading, and hands on each step.
func (k *kiosk) calibrate(ctx context.Context, in contract.CalibrateRequest, report func(contract.CalibrateStep) error) (out calibrateReply, err error) {
	if _, err := in.Count(); err != nil {
		return out, daebus.Errorf(daebus.Invalid, "%w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, calibrateTime)
	defer cancel()
	ctx, stall := context.WithCancelCause(ctx)
	late := time.AfterFunc(stepTime, func() { stall(errStalled) })
	defer late.Stop()

	step := func(s contract.CalibrateStep) {
		late.Reset(stepTime)
		_ = report(s) // the screen may have gone; the result stands all the same
	}
	out.Took, err = k.timed("calibrate", func() (err error) {
		out.CalibrateReply, err = contract.Calibrate.Call(ctx, k.app, in, daebus.OnProgress(step))
		return err
	})
	if err != nil && context.Cause(ctx) == errStalled {
		err = errStalled
	}
	return out, err
}

func (k *kiosk) interval(ctx context.Context, in contract.IntervalRequest) (out intervalReply, err error) {
	if _, err := in.Interval(); err != nil {
		return out, daebus.Errorf(daebus.Invalid, "%w", err)
	}
	out.Took, err = k.timed("interval", func() (err error) {
		out.IntervalReply, err = contract.SetInterval.Call(ctx, k.app, in)
		return err
	})
	return out, err
}

// echo measures the way to the sensor and back.
func (k *kiosk) echo(ctx context.Context, in json.RawMessage) (out echoReply, err error) {
	ctx, cancel := context.WithTimeout(ctx, echoTime)
	defer cancel()
	out.Took, err = k.timed("echo", func() (err error) {
		out.Echo, err = contract.Echo.Call(ctx, k.app, in)
		return err
	})
	return out, err
}

// timed makes a call, notes how long it took and has the screens told.
func (k *kiosk) timed(name string, call func() error) (milliseconds, error) {
	begin := time.Now()
	err := call()
	took := milliseconds(time.Since(begin))
	k.mu.Lock()
	defer k.mu.Unlock()
	k.calls.add(name, took, err == nil)
	select {
	case k.called <- struct{}{}:
	default: // tellCalls is yet to look
	}
	return took, err
}

// tellCalls tells the screens of calls: of the first at once, of those within
// the pause after it together.
func (k *kiosk) tellCalls(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-k.called:
		}
		k.mu.Lock()
		k.showCallsLocked()
		k.mu.Unlock()
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(callsPause):
		}
	}
}

// calls are the latencies of what was asked of the sensor, by name.
type calls struct{ byName map[string]*latencies }

// latencies are those of the last calls that were answered.
type latencies struct {
	count, failed int
	took          []milliseconds // in the order of the calls, but for the wrap
	next          int
}

// maxLatencies is how many calls the percentiles are over.
const maxLatencies = 256

func (c *calls) add(name string, took milliseconds, ok bool) {
	l := c.byName[name]
	if l == nil {
		l = &latencies{}
		if c.byName == nil {
			c.byName = map[string]*latencies{}
		}
		c.byName[name] = l
	}
	l.count++
	switch {
	case !ok:
		l.failed++
	case len(l.took) < maxLatencies:
		l.took = append(l.took, took)
	default:
		l.took[l.next] = took
		l.next = (l.next + 1) % maxLatencies
	}
}

// latencyView is what a screen shows of one kind of call.
type latencyView struct {
	Count  int          `json:"count"`
	Failed int          `json:"failed"`
	P50    milliseconds `json:"p50_ms"`
	P99    milliseconds `json:"p99_ms"`
}

func (c *calls) view() map[string]latencyView {
	v := make(map[string]latencyView, len(c.byName))
	for name, l := range c.byName {
		sorted := slices.Sorted(slices.Values(l.took))
		v[name] = latencyView{l.count, l.failed, percentile(sorted, 50), percentile(sorted, 99)}
	}
	return v
}

// percentile returns the least value that p percent of the sorted ones do not
// exceed; 0 when there are none.
func percentile(sorted []milliseconds, p int) milliseconds {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[(len(sorted)*p+99)/100-1]
}
