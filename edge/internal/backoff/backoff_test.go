package backoff_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/edge/internal/backoff"
)

func TestPausesSpreadAroundTheDoublingStep(t *testing.T) {
	const ms, tries = time.Millisecond, 2000
	steps := []time.Duration{100 * ms, 200 * ms, 400 * ms, 800 * ms, 1000 * ms, 1000 * ms}

	d := backoff.Delay{Rand: rand.New(rand.NewPCG(1, 2)).Int64N}
	lowest, highest, sum := make([]time.Duration, len(steps)), make([]time.Duration, len(steps)), make([]time.Duration, len(steps))
	for range tries {
		d.Reset()
		for i := range steps {
			pause := d.Next()
			if lowest[i] == 0 || pause < lowest[i] {
				lowest[i] = pause
			}
			highest[i] = max(highest[i], pause)
			sum[i] += pause
		}
	}
	for i, step := range steps {
		within(t, "lowest", lowest[i], step/2, step*52/100)
		within(t, "highest", highest[i], step*148/100, step*3/2)
		within(t, "mean", sum[i]/tries, step*97/100, step*103/100)
	}
}

func within(t *testing.T, what string, got, low, high time.Duration) {
	t.Helper()
	if got < low || got > high {
		t.Errorf("%s pause %v, want %v to %v", what, got, low, high)
	}
}

func TestBounds(t *testing.T) {
	middle := func(n int64) int64 { return n / 2 } // the step itself
	const longest = time.Duration(1<<63-1) / 2
	for _, c := range []struct {
		name     string
		min, max time.Duration
		want     []time.Duration
	}{
		{"defaults", 0, 0, []time.Duration{100e6, 200e6, 400e6, 800e6, 1e9, 1e9}},
		{"no power of two between", 3, 10, []time.Duration{3, 6, 10, 10}},
		{"max below min", 50, 20, []time.Duration{50, 50}},
		{"equal", 7, 7, []time.Duration{7, 7}},
		{"smallest", 1, 2, []time.Duration{0, 2, 2}},
		{"no overflow", longest / 2, longest, []time.Duration{longest / 2, longest - 1, longest}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := backoff.Delay{Min: c.min, Max: c.max, Rand: middle}
			for i, want := range c.want {
				if got := d.Next(); got < want-1 || got > want {
					t.Errorf("pause %d: got %d, want %d", i, got, want)
				}
			}
		})
	}
}

func TestZeroValueIsJitteredFromTheFirst(t *testing.T) {
	seen := map[time.Duration]bool{}
	for range 50 {
		var d backoff.Delay
		pause := d.Next()
		within(t, "first", pause, backoff.DefaultMin/2, backoff.DefaultMin*3/2)
		seen[pause] = true
	}
	if len(seen) < 2 {
		t.Error("fifty first pauses are all the same")
	}
}

func TestWaitLastsAsLongAsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		if err := backoff.Wait(t.Context(), 3*time.Second); err != nil {
			t.Fatal(err)
		}
		if got := time.Since(start); got != 3*time.Second {
			t.Errorf("waited %v, want 3s", got)
		}
	})
}

func TestWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		if err := backoff.Wait(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
		}
		if got := time.Since(start); got != time.Second {
			t.Errorf("waited %v, want 1s", got)
		}
		if err := backoff.Wait(ctx, 0); err == nil {
			t.Error("a done context and no pause: got nil, want an error")
		}
	})
}
