package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/jobs"
)

func TestEveryRunsFirstAfterOneInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fast, slow := beats{start: time.Now()}, beats{start: time.Now()}
		s, stop := running(t, slog.New(slog.DiscardHandler),
			daebus.Job{Name: "fast", Interval: 2 * time.Second, Run: fast.beat},
			daebus.Job{Name: "slow", Interval: 5 * time.Second, Run: slow.beat})
		time.Sleep(10*time.Second + 1)
		stop()
		time.Sleep(time.Minute)
		if want := seconds(2, 4, 6, 8, 10); !slices.Equal(fast.at, want) {
			t.Errorf("fast ran at %v, want %v", fast.at, want)
		}
		if want := seconds(5, 10); !slices.Equal(slow.at, want) {
			t.Errorf("slow ran at %v, want %v", slow.at, want)
		}
		if got := s.Stats.Runs.Load(); got != 7 {
			t.Errorf("%d runs counted, want 7", got)
		}
	})
}

func TestCronRunsOnTheMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(42 * time.Second)
		minute, fifth := beats{start: time.Now()}, beats{start: time.Now()}
		_, stop := running(t, slog.New(slog.DiscardHandler),
			daebus.Job{Name: "minute", Spec: "* * * * *", Run: minute.beat},
			daebus.Job{Name: "fifth", Spec: "*/5 * * * *", Run: fifth.beat})
		time.Sleep(5 * time.Minute)
		stop()
		if want := seconds(18, 78, 138, 198, 258); !slices.Equal(minute.at, want) {
			t.Errorf("minute ran at %v, want %v", minute.at, want)
		}
		if want := seconds(258); !slices.Equal(fifth.at, want) {
			t.Errorf("fifth ran at %v, want %v", fifth.at, want)
		}
	})
}

func TestNothingIsMadeUpFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log lines
		every := beats{start: time.Now(), slow: 3, takes: 7 * time.Second}
		s, stop := running(t, log.logger(), daebus.Job{Name: "every", Interval: 2 * time.Second, Run: every.beat})
		time.Sleep(31 * time.Second)
		stop()
		if want := seconds(2, 10, 18, 26, 28, 30); !slices.Equal(every.at, want) {
			t.Errorf("every ran at %v, want %v", every.at, want)
		}
		if got := s.Stats.Skipped.Load(); got != 9 {
			t.Errorf("%d skipped, want 9", got)
		}
		want := `level=WARN msg="job still runs when due again; leaving runs out" job=every
level=INFO msg="job keeps up again" job=every skipped=9
`
		if got := log.String(); got != want {
			t.Errorf("got log\n%s\nwant\n%s", got, want)
		}
	})
}

func TestCronDoesNotOverlap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cron := beats{start: time.Now(), slow: 9, takes: 90 * time.Second}
		s, stop := running(t, slog.New(slog.DiscardHandler), daebus.Job{Name: "cron", Spec: "* * * * *", Run: cron.beat})
		time.Sleep(5*time.Minute + 1)
		stop()
		if want := seconds(60, 180, 300); !slices.Equal(cron.at, want) {
			t.Errorf("cron ran at %v, want %v", cron.at, want)
		}
		if got := s.Stats.Skipped.Load(); got != 2 {
			t.Errorf("%d skipped, want 2", got)
		}
	})
}

func TestTroubleIsLoggedOncePerStreak(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log lines
		run := 0
		s, stop := running(t, log.logger(), daebus.Job{Name: "beat", Interval: time.Second,
			Run: func(context.Context) error {
				switch run++; run {
				case 2, 3, 4:
					return errors.New("no bus")
				case 5:
					panic("lost my mind")
				}
				return nil
			}})
		time.Sleep(8*time.Second + 1)
		stop()
		got := log.String()
		if run != 8 || s.Stats.Errors.Load() != 3 || s.Stats.Panics.Load() != 1 {
			t.Errorf("%d runs, %d errors, %d panics, want 8, 3, 1", run, s.Stats.Errors.Load(), s.Stats.Panics.Load())
		}
		if strings.Count(got, "\n") != 3 ||
			!strings.Contains(got, `level=ERROR msg="job failed" job=beat err="no bus"`+"\n") ||
			!strings.Contains(got, `level=ERROR msg="job panicked" job=beat err="panic: lost my mind" stack=`) ||
			!strings.Contains(got, "jobs_test.TestTroubleIsLoggedOncePerStreak") ||
			!strings.Contains(got, `level=INFO msg="job is well again" job=beat failures=4 gap=4s`+"\n") {
			t.Errorf("got log\n%s", got)
		}
	})
}

func TestStopWaitsForARunningJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log lines
		ended := false
		_, stop := running(t, log.logger(),
			daebus.Job{Name: "last", Interval: time.Second, Run: func(ctx context.Context) error {
				<-ctx.Done()
				time.Sleep(3 * time.Second) // tidying up
				ended = true
				return ctx.Err()
			}},
			daebus.Job{Name: "never", Interval: 2 * time.Second, Run: func(context.Context) error {
				t.Error("started after the stop")
				return nil
			}})
		time.Sleep(1500 * time.Millisecond)
		start := time.Now()
		stop()
		if took := time.Since(start); !ended || took != 3*time.Second {
			t.Errorf("stopped after %v, job ended: %v", took, ended)
		}
		if log.String() != "" {
			t.Errorf("a job that was told to end is no news: %s", log.String())
		}
	})
}

func TestRunningNamesThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		stuck := func(context.Context) error { <-gate; return nil }
		s, stop := running(t, slog.New(slog.DiscardHandler),
			daebus.Job{Name: "a", Interval: time.Second, Run: stuck},
			daebus.Job{Name: "b", Interval: time.Hour, Run: stuck},
			daebus.Job{Name: "c", Interval: time.Minute, Run: stuck})
		time.Sleep(90 * time.Second)
		if got := s.Running(); !slices.Equal(got, []string{"a", "c"}) {
			t.Errorf("got %v, want a and c", got)
		}
		close(gate)
		stop()
		if got := s.Running(); len(got) != 0 {
			t.Errorf("after the end got %v", got)
		}
	})
}

func TestNoJobsIsNoWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, stop := running(t, slog.New(slog.DiscardHandler))
		time.Sleep(24 * time.Hour)
		stop()
		if s.Stats.Runs.Load() != 0 {
			t.Error("something ran")
		}
	})
}

func TestNewNamesABadSpec(t *testing.T) {
	_, err := jobs.New([]daebus.Job{{Name: "tidy", Spec: "61 * * * *"}}, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), `jobs: tidy: cron spec "61 * * * *": `) {
		t.Errorf("got %v", err)
	}
}

func TestARunDoesNotAllocate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, stop := running(t, slog.New(slog.DiscardHandler),
			daebus.Job{Name: "a", Interval: time.Second, Run: func(context.Context) error { return nil }},
			daebus.Job{Name: "b", Interval: 2 * time.Second, Run: func(context.Context) error { return nil }})
		if got := testing.AllocsPerRun(100, func() { time.Sleep(4 * time.Second) }); got != 0 {
			t.Errorf("%v allocations per six runs, want 0", got)
		}
		stop()
	})
}
