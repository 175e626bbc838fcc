package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"
)

// sample is one measurement of one system.
type sample struct {
	tally
	used [len(partNames)]*usage // nil where there is no such part
}

// usage is what one part used; NaN a request when none was answered.
type usage struct {
	allocs float64 // objects a request
	cpu    float64 // microseconds a request
	memory float64 // MiB at the end
}

func (s sample) rate() float64 { return float64(s.Requests) / s.Took.Seconds() }

// each is the share of one request.
func (s sample) each(total float64) float64 {
	if s.Requests == 0 {
		return math.NaN()
	}
	return total / float64(s.Requests)
}

// leastWarmUp is how long callers ask before it counts, at least.
const leastWarmUp = 100 * time.Millisecond

// sample measures a system in new processes, and ends them.
func (p *plan) sample(ctx context.Context, s system, at cell) (got sample, err error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return got, err
	}
	defer os.RemoveAll(dir)
	j := job{System: s.name, At: dir, Callers: at.callers, Size: at.size}
	var all children
	defer func() { err = errors.Join(err, all.stop()) }()
	for i := len(s.parts) - 1; i >= 0; i-- { // the broker first
		if s.parts[i] == nil {
			continue
		}
		j.Part = i
		name := fmt.Sprintf("%s-%d-%d-%s.", s.name, at.size, at.callers, partNames[i])
		j.CPUProfile = profile(p.cpuProfile, name+"cpu")
		j.MemProfile = profile(p.memProfile, name+"mem")
		if all[i], err = start(ctx, j); err != nil {
			return got, err
		}
		if all[i].bus != "" {
			j.At = all[i].bus
		}
	}
	if _, err := all[callersPart].do(ctx, order{Do: "run", For: max(p.time/4, leastWarmUp)}); err != nil {
		return got, err
	}
	return all.window(ctx, p.time)
}

func profile(dir, name string) string {
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, name)
}

// children are the processes of a system; nil where it has no such part.
type children [len(partNames)]*child

// window is the time that counts: what the parts used is taken just before and
// just after it.
func (all *children) window(ctx context.Context, d time.Duration) (got sample, err error) {
	if _, err := all.others(ctx, "begin"); err != nil {
		return got, err
	}
	before, err := all.clocks()
	if err != nil {
		return got, err
	}
	ran, err := all[callersPart].do(ctx, order{Do: "run", For: d})
	if err != nil {
		return got, err
	}
	after, err := all.clocks()
	if err != nil {
		return got, err
	}
	mallocs, err := all.others(ctx, "end")
	if err != nil {
		return got, err
	}
	mallocs[callersPart] = ran.Mallocs
	got.tally = ran.Tally
	for i, c := range all {
		if c == nil {
			continue
		}
		memory, err := resident(c.pid)
		if err != nil {
			return got, err
		}
		got.used[i] = &usage{
			allocs: got.each(float64(mallocs[i])),
			cpu:    got.each(micros(after[i] - before[i])),
			memory: float64(memory) / (1 << 20),
		}
	}
	return got, nil
}

// clocks is the CPU time that each has used.
func (all *children) clocks() (used [len(partNames)]time.Duration, err error) {
	for i, c := range all {
		if c == nil {
			continue
		}
		if used[i], err = cpuTime(c.pid); err != nil {
			return used, err
		}
	}
	return used, nil
}

// others orders all but the callers to begin or to end counting.
func (all *children) others(ctx context.Context, do string) (mallocs [len(partNames)]uint64, err error) {
	for i, c := range all {
		if c == nil || i == callersPart {
			continue
		}
		r, err := c.do(ctx, order{Do: do})
		if err != nil {
			return mallocs, err
		}
		mallocs[i] = r.Mallocs
	}
	return mallocs, nil
}

// stop ends the callers first.
func (all *children) stop() error {
	var errs []error
	for _, c := range all {
		if c != nil {
			errs = append(errs, c.stop())
		}
	}
	return errors.Join(errs...)
}
