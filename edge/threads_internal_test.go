package edge

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/daebus"
)

// supervised runs threads until stop is called, which waits, and returns the log.
func supervised(t *testing.T, list ...daebus.Thread) (all threads, stop func() (log string)) {
	t.Helper()
	var buf bytes.Buffer
	all = newThreads(list, slog.New(slog.NewTextHandler(&buf, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	})))
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { all.run(ctx) })
	return all, func() string { cancel(); wg.Wait(); return buf.String() }
}

func TestThreadIsStartedAgainWithGrowingPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Time
		_, stop := supervised(t, daebus.Thread{Name: "meter", Run: func(context.Context) error {
			at = append(at, time.Now())
			return errors.New("no such device")
		}})
		time.Sleep(10 * time.Minute)
		log := stop()
		if len(at) < 10 {
			t.Fatalf("started %d times in ten minutes", len(at))
		}
		step := 100 * time.Millisecond
		for i := range at[1:] {
			if pause := at[i+1].Sub(at[i]); pause < step/2 || pause > step*3/2 {
				t.Errorf("pause %d took %v, want %v ± 50 %%", i, pause, step)
			}
			step = min(2*step, threadPause)
		}
		if want := "level=ERROR msg=\"thread failed; starting it again\" thread=meter err=\"no such device\"\n"; log != want {
			t.Errorf("got log\n%s\nwant\n%s", log, want)
		}
	})
}

func TestThreadThatRunsIsWellAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Time
		runs := []time.Duration{time.Hour, time.Second, time.Second, time.Hour, time.Second, time.Hour}
		_, stop := supervised(t, daebus.Thread{Name: "meter", Run: func(ctx context.Context) error {
			at = append(at, time.Now())
			time.Sleep(runs[len(at)-1])
			if len(at) == 2 {
				panic("index out of range")
			}
			return errors.New("unplugged")
		}})
		time.Sleep(2*time.Hour + 2*time.Minute)
		log := stop()
		var news []string
		for line := range strings.Lines(log) {
			news = append(news, line[:min(60, len(line))])
		}
		want := []string{
			`level=ERROR msg="thread failed; starting it again" thread=me`,
			`level=INFO msg="thread is well again" thread=meter attempt=4`,
			`level=ERROR msg="thread failed; starting it again" thread=me`,
			`level=INFO msg="thread is well again" thread=meter attempt=3`,
		}
		if !slices.Equal(news, want) {
			t.Errorf("got log\n%s", log)
		}
		if pause := at[4].Sub(at[3]) - time.Hour; pause > 150*time.Millisecond {
			t.Errorf("the pause after an hour was %v, want the shortest", pause)
		}
	})
}

func TestThreadThatPanicsIsStartedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		starts := 0
		_, stop := supervised(t, daebus.Thread{Name: "meter", Run: func(ctx context.Context) error {
			if starts++; starts == 1 {
				panic("index out of range")
			}
			return nil
		}})
		time.Sleep(time.Second)
		log := stop()
		if starts != 2 {
			t.Errorf("started %d times, want 2", starts)
		}
		if !strings.Contains(log, `err="panic: index out of range" stack=`) || !strings.Contains(log, "TestThreadThatPanics") ||
			!strings.Contains(log, `level=INFO msg="thread is done" thread=meter attempt=2`) {
			t.Errorf("got log\n%s", log)
		}
	})
}

func TestThreadThatReturnsNilIsDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		starts := 0
		_, stop := supervised(t,
			daebus.Thread{Name: "once", Run: func(context.Context) error { starts++; return nil }},
			daebus.Thread{Name: "on", Run: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }})
		time.Sleep(time.Hour)
		if log := stop(); starts != 1 || log != "" {
			t.Errorf("started %d times; log %s", starts, log)
		}
	})
}

func TestStopInterruptsAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, stop := supervised(t, daebus.Thread{Name: "meter", Run: func(context.Context) error { return errors.New("no") }})
		time.Sleep(5 * time.Minute)
		start := time.Now()
		stop()
		if took := time.Since(start); took != 0 {
			t.Errorf("stop took %v", took)
		}
	})
}

func TestThreadsThatStayAreNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		all, stop := supervised(t,
			daebus.Thread{Name: "done", Run: func(context.Context) error { return nil }},
			daebus.Thread{Name: "pausing", Run: func(context.Context) error { return errors.New("no") }},
			daebus.Thread{Name: "deaf", Run: func(context.Context) error { <-gate; panic("at last") }})
		synctest.Wait()
		if got, want := all.running(), []string{"deaf"}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		go func() { time.Sleep(time.Minute); close(gate) }()
		if log := stop(); !strings.Contains(log, `msg="thread panicked while stopping" thread=deaf`) {
			t.Errorf("got log\n%s", log)
		}
		if got := all.running(); len(got) != 0 {
			t.Errorf("after the stop got %v", got)
		}
	})
}
