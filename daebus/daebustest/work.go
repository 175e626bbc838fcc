package daebustest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/daebus/daebus-go/daebus"
)

// threadPause is how long a thread that failed rests before it starts again.
const threadPause = time.Second

// job is a job that never overlaps itself.
type job struct {
	daebus.Job
	turn chan struct{} // has room for the one run that may be going on
}

func (j *job) run(ctx context.Context) error {
	select {
	case j.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-j.turn }()
	return j.Run(ctx)
}

// RunJob runs a job of any kind, once and at once, and returns its error. When
// it is running already, that run is waited for first.
func (s *Service) RunJob(name string) error {
	j, ok := s.jobs[name]
	if !ok {
		return fmt.Errorf("%s has no job %q; want one of %q", s.service.Name, name, slices.Sorted(maps.Keys(s.jobs)))
	}
	return j.run(s.work)
}

func (s *Service) startJobs() {
	s.jobs = map[string]*job{}
	for _, what := range s.service.Jobs {
		j := &job{what, make(chan struct{}, 1)}
		s.jobs[j.Name] = j
		if j.Interval > 0 {
			s.running.Go(func() { s.every(j) })
		}
	}
}

func (s *Service) every(j *job) {
	for range daebus.Ticks(s.work, j.Interval) {
		if err := guard(s.work, j.run); err != nil && s.work.Err() == nil {
			s.log.Error("job failed", "job", j.Name, "err", err)
		}
	}
}

func (s *Service) startThreads() {
	for _, th := range s.service.Threads {
		s.running.Go(func() { s.supervise(th) })
	}
}

// supervise runs a thread again and again until it returns nil.
func (s *Service) supervise(th daebus.Thread) {
	for {
		err := guard(s.work, th.Run)
		if err == nil || s.work.Err() != nil {
			return
		}
		s.log.Error("thread failed; starting it again", "thread", th.Name, "err", err)
		select {
		case <-time.After(threadPause):
		case <-s.work.Done():
			return
		}
	}
}

// guard runs fn; a panic becomes an error, as on a device.
func guard(ctx context.Context, fn func(context.Context) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return fn(ctx)
}
