package jobs

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/internal/guard"
	"github.com/go-co-op/gocron/v2"
)

type job struct {
	daebus.Job
	rule  gocron.Cron // nil: an interval job
	log   *slog.Logger
	stats *Stats
	runs  *sync.WaitGroup
	start func()

	running atomic.Bool

	// For Run's goroutine alone.
	due     time.Time // carries a monotonic reading for intervals, none for cron
	last    time.Time // the due time before
	skipped bool      // the last due time was left out because the job still ran
	behind  int64     // due times left out since it last kept up

	// For the run alone.
	trouble  string    // how the last run ended; "": well
	failures int64     // runs that ended badly since one was well
	since    time.Time // when the first of them ended
}

func (j *job) cron() bool { return j.rule != nil }

// meet starts the job, which is due, unless it still runs or it is too late.
func (j *job) meet(late time.Duration) {
	switch {
	case j.running.Load():
		j.stats.Skipped.Add(1)
		if j.behind == 0 {
			j.log.Warn("job still runs when due again; leaving runs out")
		}
		j.behind++
		j.skipped = true
		return
	case j.behind > 0 && !j.skipped: // a whole run fitted in
		j.log.Info("job keeps up again", "skipped", j.behind)
		j.behind = 0
	}
	j.skipped = false
	if j.cron() && late > time.Minute {
		j.stats.Skipped.Add(1)
		return
	}
	j.stats.Runs.Add(1)
	j.running.Store(true)
	j.runs.Add(1)
	go j.start()
}

func (j *job) run(ctx context.Context) {
	defer j.runs.Done()
	defer j.running.Store(false)
	err := guard.Call(ctx, j.Run)
	_, panicked := errors.AsType[*guard.Panic](err)
	switch {
	case panicked:
		j.stats.Panics.Add(1)
		j.failed("job panicked", err)
	case err == nil:
		if j.trouble != "" {
			j.log.Info("job is well again", "failures", j.failures, "gap", time.Since(j.since))
			j.trouble, j.failures = "", 0
		}
	case ctx.Err() != nil && errors.Is(err, ctx.Err()): // it was told to end
	default:
		j.stats.Errors.Add(1)
		j.failed("job failed", err)
	}
}

// failed logs trouble that is new, and repetitions at debug level.
func (j *job) failed(trouble string, err error) {
	level := slog.LevelError
	if j.trouble == trouble {
		level = slog.LevelDebug
	}
	j.log.Log(context.Background(), level, trouble, guard.Attrs(err)...)
	if j.failures == 0 {
		j.since = time.Now()
	}
	j.trouble = trouble
	j.failures++
}
