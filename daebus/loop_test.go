package daebus_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/daebus"
)

func TestTicksKeepTheBeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		work := []time.Duration{0, 300 * time.Millisecond, 1500 * time.Millisecond, time.Second, 0}
		var got []time.Duration
		for now := range daebus.Ticks(t.Context(), time.Second) {
			if !now.Equal(time.Now()) {
				t.Errorf("got %v at %v", now, time.Now())
			}
			got = append(got, now.Sub(began))
			if len(got) == len(work) {
				break
			}
			time.Sleep(work[len(got)-1])
		}
		equal(t, "ticks", got, "[1s 2s 3s 5s 7s]")
	})
}

func TestTicksEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
		defer cancel()
		n := 0
		for range daebus.Ticks(ctx, time.Second) {
			n++
		}
		equal(t, "ticks", n, 2)
		for range daebus.Ticks(ctx, time.Second) {
			t.Error("a tick after the end")
		}
		for range daebus.Ticks(t.Context(), 0) {
			t.Error("a tick without an interval")
		}
	})
}
