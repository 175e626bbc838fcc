package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/daebus/daebus-go/daebus"
)

// Scheduler starts jobs when they are due.
type Scheduler struct {
	Stats Stats

	// ClockSet may tell when the wall clock was set, so that Cron jobs are
	// planned anew; nil: a change is noticed when the next job is due. Set it
	// before Run. See WatchClock.
	ClockSet <-chan struct{}

	log  *slog.Logger
	jobs []*job
	runs sync.WaitGroup
}

// Stats counts what a Scheduler has done since it was made.
type Stats struct {
	Runs    atomic.Int64 // started
	Skipped atomic.Int64 // due times left out: the job still ran, or they were missed
	Errors  atomic.Int64 // runs that returned an error
	Panics  atomic.Int64 // runs that panicked
}

// New reads the rules of list. It refuses those that gocron cannot read.
func New(list []daebus.Job, log *slog.Logger) (*Scheduler, error) {
	s := &Scheduler{log: log}
	for _, what := range list {
		j := &job{Job: what, stats: &s.Stats, runs: &s.runs, log: log.With("job", what.Name)}
		if what.Interval <= 0 {
			var err error
			if j.rule, err = parse(what.Spec); err != nil {
				return nil, fmt.Errorf("jobs: %s: cron spec %q: %w", what.Name, what.Spec, err)
			}
		}
		s.jobs = append(s.jobs, j)
	}
	return s, nil
}

// HasCron reports whether a job depends on the wall clock.
func (s *Scheduler) HasCron() bool {
	for _, j := range s.jobs {
		if j.rule != nil {
			return true
		}
	}
	return false
}

// Run starts jobs as they fall due until ctx, which is also theirs, is done,
// and returns when the last of them has ended. It must be called once.
func (s *Scheduler) Run(ctx context.Context) {
	defer s.runs.Wait()
	now := time.Now()
	for _, j := range s.jobs {
		j.start = func() { j.run(ctx) } // one closure for all its runs
		j.plan(now)
	}
	timer := time.NewTimer(math.MaxInt64)
	defer timer.Stop()
	for ctx.Err() == nil {
		timer.Reset(s.startDue(time.Now()))
		select {
		case <-ctx.Done():
		case <-timer.C:
		case <-s.ClockSet:
			now := time.Now()
			for _, j := range s.jobs {
				j.replan(now)
			}
		}
	}
}

// Running returns the names of the jobs that run at this moment.
func (s *Scheduler) Running() (names []string) {
	for _, j := range s.jobs {
		if j.running.Load() {
			names = append(names, j.Name)
		}
	}
	return names
}

// startDue starts what is due and returns the time until something is again.
func (s *Scheduler) startDue(now time.Time) time.Duration {
	wait := time.Duration(math.MaxInt64)
	for _, j := range s.jobs {
		if j.due.IsZero() { // nothing within five years
			continue
		}
		if late := now.Sub(j.due); late >= 0 {
			j.meet(late)
			j.plan(now)
		}
		wait = min(wait, j.due.Sub(now))
	}
	return wait
}
