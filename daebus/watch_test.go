package daebus_test

import (
	"bytes"
	"context"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/daebus"
)

// hesitant is a mirror that answers a call of the action "later" when it is told.
type hesitant struct {
	mirror
	later []byte
}

func (h *hesitant) PostFrom(sender daebus.Sender, number uint64, channel string, msg []byte) error {
	if bytes.Contains(msg, []byte(`"later"`)) {
		h.later = bytes.Clone(msg)
		return nil
	}
	return h.mirror.PostFrom(sender, number, channel, msg)
}

func (h *hesitant) answer(t *testing.T) {
	if err := h.mirror.PostFrom(nil, 0, "", h.later); err != nil {
		t.Error(err)
	}
}

// comeBack calls so often with the same context that it is watched.
func comeBack(t *testing.T, ctx context.Context, c *daebus.Client) {
	for range 100 {
		if err := c.Call(ctx, "svc", "now", nil, nil); err != nil {
			t.Fatal(err)
		}
	}
}

// later calls the action that is not answered yet.
func later(ctx context.Context, c *daebus.Client) <-chan error {
	done := make(chan error, 1)
	go func() { done <- c.Call(ctx, "svc", "later", nil, nil) }()
	synctest.Wait()
	return done
}

// Whether a context is new or was used for many calls, its end ends the call.
func TestContextEndsCall(t *testing.T) {
	for _, times := range []string{"new", "used"} {
		synctest.Test(t, func(t *testing.T) {
			c := newCaller(t, new(hesitant))
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			timed, stop := context.WithTimeout(t.Context(), time.Minute)
			defer stop()
			if times == "used" {
				comeBack(t, ctx, c)
			}
			done := later(ctx, c)
			cancel()
			equal(t, times, <-done, "call svc.later: unavailable: cancelled by the caller")
			equal(t, times, c.Call(ctx, "svc", "now", nil, nil), "call svc.now: unavailable: cancelled by the caller")
			if times == "used" {
				comeBack(t, timed, c)
			}
			start := time.Now()
			equal(t, times, <-later(timed, c), "call svc.later: timeout: no answer in time")
			equal(t, times, time.Since(start), time.Minute)
		})
	}
}

// The end of the context of earlier calls is nothing to a call with another.
func TestContextOfEarlierCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus := new(hesitant)
		c := newCaller(t, bus)
		for _, other := range []context.Context{context.Background(), t.Context()} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			comeBack(t, ctx, c)
			done := later(other, c)
			cancel()
			synctest.Wait()
			bus.answer(t)
			equal(t, "other", <-done, nil)
			comeBack(t, other, c)
		}
	})
}

// A context that lives on keeps no client that is gone.
func TestContextKeepsNoClient(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	gone := make(chan struct{})
	func() {
		c := newCaller(t, new(mirror))
		comeBack(t, ctx, c)
		runtime.AddCleanup(c, func(gone chan struct{}) { close(gone) }, gone)
	}()
	for range 100 {
		runtime.GC()
		select {
		case <-gone:
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
	t.Error("a context of many calls keeps their client")
}
