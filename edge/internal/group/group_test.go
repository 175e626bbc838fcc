package group_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/edge/internal/group"
)

func TestStopEndsAndWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := group.New(t.Context())
		ended := false
		g.Go(func(ctx context.Context) {
			<-ctx.Done()
			time.Sleep(time.Second) // tidying up
			ended = true
		})
		if err := g.Stop(t.Context()); err != nil || !ended {
			t.Errorf("got %v, ended %v; want an end that was waited for", err, ended)
		}
		g.Go(func(context.Context) { t.Error("started after Stop") })
		synctest.Wait()
	})
}

func TestOutlivesItsParent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent, cancel := context.WithCancel(t.Context())
		g := group.New(parent)
		g.Go(func(ctx context.Context) {
			<-ctx.Done()
		})
		cancel()
		g.Go(func(ctx context.Context) {
			if ctx.Err() != nil {
				t.Error("ended with its parent, before Stop")
			}
		})
		synctest.Wait()
		if err := g.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

func TestGraceBoundsStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := group.New(t.Context())
		stubborn := make(chan struct{})
		g.Go(func(context.Context) { <-stubborn })
		grace, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := g.Stop(grace); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the grace's end", err)
		}
		close(stubborn)
	})
}
