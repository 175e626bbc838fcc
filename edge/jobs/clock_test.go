package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/jobs"
)

func TestWatchClockEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	err := jobs.WatchClock(ctx, func() { t.Log("somebody has set the clock") })
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip(err)
	}
	if err != nil || ctx.Err() == nil {
		t.Errorf("got %v before its context's %v", err, ctx.Err())
	}
}

func TestClockSetToWhatItIsChangesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log lines
		minute, every := beats{start: time.Now()}, beats{start: time.Now()}
		s, err := jobs.New([]daebus.Job{
			{Name: "minute", Spec: "* * * * *", Run: minute.beat},
			{Name: "every", Interval: time.Minute, Run: every.beat},
		}, log.logger())
		if err != nil {
			t.Fatal(err)
		}
		s.Clock = func(ctx context.Context, set func()) error {
			for range daebus.Ticks(ctx, 7*time.Second) {
				set()
				set()
			}
			return errors.New("no more")
		}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute+1)
		defer cancel()
		s.Run(ctx)
		want := seconds(60, 120, 180)
		if !slices.Equal(minute.at, want) || !slices.Equal(every.at, want) {
			t.Errorf("ran at %v and %v, want %v", minute.at, every.at, want)
		}
		if got := log.String(); got != "" {
			t.Errorf("got log %s", got)
		}
	})
}

func TestWithoutAClockJobsRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log lines
		minute := beats{start: time.Now()}
		s, err := jobs.New([]daebus.Job{{Name: "minute", Spec: "* * * * *", Run: minute.beat}}, log.logger())
		if err != nil {
			t.Fatal(err)
		}
		s.Clock = func(context.Context, func()) error { return errors.ErrUnsupported }
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute+1)
		defer cancel()
		s.Run(ctx)
		if want := seconds(60, 120, 180); !slices.Equal(minute.at, want) {
			t.Errorf("ran at %v, want %v", minute.at, want)
		}
		if got, want := log.String(), "level=WARN msg=\"cron will be late when the clock is set\" err=\"unsupported operation\"\n"; got != want {
			t.Errorf("got log %swant %s", got, want)
		}
	})
}

func TestIntervalsNeedNoClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := jobs.New([]daebus.Job{{Name: "every", Interval: time.Second, Run: func(context.Context) error { return nil }}}, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		s.Clock = func(context.Context, func()) error { t.Error("the clock is watched"); return nil }
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		s.Run(ctx)
	})
}
