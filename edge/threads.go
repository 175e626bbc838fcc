package edge

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/internal/backoff"
	"github.com/daebus/daebus-go/edge/internal/guard"
)

// threadPause is the step that the pauses of a failing thread grow to, and how
// long one must run to count as well again.
const threadPause = 30 * time.Second

// threads keeps the Threads of a service going.
type threads []*thread

type thread struct {
	daebus.Thread
	log     *slog.Logger
	present atomic.Bool // has not come back from its last start

	// For the supervising goroutine.
	pause backoff.Delay
	fails int       // in this outage; 0: it is well
	since time.Time // when the outage began
}

func newThreads(list []daebus.Thread, log *slog.Logger) threads {
	var all threads
	for _, what := range list {
		all = append(all, &thread{
			Thread: what,
			log:    log.With("thread", what.Name),
			pause:  backoff.Delay{Max: threadPause},
		})
	}
	return all
}

// run starts all threads, starts those again that fail, and returns when each
// has returned nil or, after ctx is done, anything.
func (all threads) run(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for _, t := range all {
		wg.Go(func() { t.supervise(ctx) })
	}
}

// running returns the names of those that have not come back.
func (all threads) running() (names []string) {
	for _, t := range all {
		if t.present.Load() {
			names = append(names, t.Name)
		}
	}
	return names
}

func (t *thread) supervise(ctx context.Context) {
	for ctx.Err() == nil {
		err := t.attempt(ctx)
		if ctx.Err() != nil {
			if _, panicked := errors.AsType[*guard.Panic](err); panicked {
				t.log.Error("thread panicked while stopping", guard.Attrs(err)...)
			}
			return
		}
		if err == nil {
			if t.fails > 0 {
				t.log.Info("thread is done", "attempt", t.fails+1, "took", time.Since(t.since))
			}
			return
		}
		t.failed(err)
		_ = backoff.Wait(ctx, t.pause.Next())
	}
}

// failed logs the first failure of an outage; the others at debug level.
func (t *thread) failed(err error) {
	level := slog.LevelDebug
	if t.fails == 0 {
		level, t.since = slog.LevelError, time.Now()
	}
	t.fails++
	t.log.Log(context.Background(), level, "thread failed; starting it again", guard.Attrs(err)...)
}

// attempt runs the thread once. In an outage it is watched meanwhile, to say
// when it is well.
func (t *thread) attempt(ctx context.Context) error {
	t.present.Store(true)
	defer t.present.Store(false)
	if t.fails > 0 {
		ended := make(chan struct{})
		var watcher sync.WaitGroup
		watcher.Go(func() { t.watch(ended) })
		defer watcher.Wait()
		defer close(ended)
	}
	return guard.Call(ctx, t.Run)
}

// watch ends the outage when the thread has run for long enough.
func (t *thread) watch(ended <-chan struct{}) {
	timer := time.NewTimer(threadPause)
	defer timer.Stop()
	select {
	case <-timer.C:
		t.log.Info("thread is well again", "attempt", t.fails+1, "took", time.Since(t.since))
		t.fails = 0
		t.pause.Reset()
	case <-ended:
	}
}
