package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"sync"
	"time"
)

// lost is how long an answer may come after the end of a measurement.
const lost = time.Second

// tally is what the callers found in one measurement.
type tally struct {
	Requests uint64 // answered, and rightly
	Failed   uint64
	Mistake  string // the first failure; "" = none
	Took     time.Duration
	P50, P99 time.Duration
}

// caller asks, checks and asks again.
type caller struct {
	payload []byte
	ask     ask
	times   hist
	failed  uint64
	mistake error // the first
}

var errOther = errors.New("the answer is not what was sent")

func (c *caller) loop(ctx context.Context, until time.Time) {
	at := time.Now()
	for n := uint64(0); at.Before(until); n++ {
		stamp(c.payload, n)
		got, err := c.ask(ctx)
		if err == nil && !bytes.Equal(got, c.payload) {
			err = errOther
		}
		now := time.Now()
		if err == nil {
			c.times.add(now.Sub(at))
		} else {
			c.failed++
			c.mistake = cmp.Or(c.mistake, err)
			if ctx.Err() != nil {
				return
			}
		}
		at = now
	}
}

// drive has n callers ask for d. Its callers are there before m begins, so that
// only what a call allocates is counted.
func drive(ctx context.Context, callers newCaller, n, size int, d time.Duration, m *meter) (tally, error) {
	ctx, cancel := context.WithTimeout(ctx, d+lost)
	defer cancel()
	var (
		wg    sync.WaitGroup
		all   = make([]caller, n)
		gate  = make(chan struct{})
		until time.Time // set before the gate opens
	)
	for i := range all {
		c := &all[i]
		c.payload = newPayload(i, size)
		c.ask = callers(c.payload)
		wg.Go(func() {
			<-gate
			c.loop(ctx, until)
		})
	}
	err := m.begin()
	start := time.Now()
	until = start.Add(d)
	close(gate)
	wg.Wait()
	took := time.Since(start)
	return sum(all, took), errors.Join(err, m.end())
}

func sum(all []caller, took time.Duration) tally {
	var times hist
	t := tally{Took: took}
	for i := range all {
		c := &all[i]
		times.merge(&c.times)
		t.Failed += c.failed
		if t.Mistake == "" && c.mistake != nil {
			t.Mistake = c.mistake.Error()
		}
	}
	t.Requests, t.P50, t.P99 = times.n, times.quantile(0.5), times.quantile(0.99)
	return t
}

// contact waits for the first answer: a service may be up before its
// subscription is.
func contact(ctx context.Context, callers newCaller) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ask := callers(newPayload(0, minSize))
	for {
		try, stop := context.WithTimeout(ctx, lost/4)
		_, err := ask(try)
		stop()
		if err == nil {
			return nil
		}
		select {
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
			return err
		}
	}
}
