package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/daebus/daebus-go/daebus"
)

// Scheduler starts jobs when they are due.
type Scheduler struct {
	Stats Stats

	// Clock runs beside the jobs if there is a Cron job among them, and calls
	// set when the wall clock was set; they are then planned anew. Set it before
	// Run, to WatchClock. Nil: a change is noticed when the next job is due.
	Clock func(ctx context.Context, set func()) error

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

// Run starts jobs as they fall due until ctx, which is also theirs, is done,
// and returns when the last of them has ended. It must be called once.
func (s *Scheduler) Run(ctx context.Context) {
	defer s.runs.Wait()
	now := time.Now()
	for _, j := range s.jobs {
		j.start = func() { j.run(ctx) } // one closure for all its runs
		j.plan(now)
	}
	clockSet := make(chan struct{}, 1) // one notice is as good as many
	if s.Clock != nil && slices.ContainsFunc(s.jobs, (*job).cron) {
		s.runs.Go(func() { s.watch(ctx, clockSet) })
	}
	timer := time.NewTimer(math.MaxInt64)
	defer timer.Stop()
	for ctx.Err() == nil {
		timer.Reset(s.startDue(time.Now()))
		select {
		case <-ctx.Done():
		case <-timer.C:
		case <-clockSet:
			now := time.Now()
			for _, j := range s.jobs {
				j.replan(now)
			}
		}
	}
}

func (s *Scheduler) watch(ctx context.Context, clockSet chan<- struct{}) {
	err := s.Clock(ctx, func() {
		select {
		case clockSet <- struct{}{}:
		default:
		}
	})
	if err != nil && ctx.Err() == nil {
		s.log.Warn("cron will be late when the clock is set", "err", err)
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
