package daebustest_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

func echo(_ context.Context, in any) (any, error) { return in, nil }

func TestStartRefuses(t *testing.T) {
	broken := daebus.New("broken")
	broken.Action("", daebus.Func(echo))
	refusing := daebus.New("refusing")
	refusing.OnStart(func(context.Context) error { return errors.New("no camera") })
	for app, want := range map[*daebus.App]string{broken: "the name is empty", refusing: "start: no camera"} {
		if _, err := daebustest.Start(daebustest.NewBus(), app); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", app.Name(), err, want)
		}
		if err := app.Call(t.Context(), app.Name(), "x", nil, nil); daebus.CodeOf(err) != daebus.Unavailable {
			t.Errorf("%s: got %v after a refused start, want unavailable", app.Name(), err)
		}
	}
}

func TestStoppedServiceIsGone(t *testing.T) {
	bus := daebustest.NewBus()
	app, other := daebus.New("app"), daebus.New("other")
	app.Action("echo", daebus.Func(echo))
	app.Listen("news", daebus.Func(echo))
	daebustest.Run(t, bus, other)
	svc := daebustest.Run(t, bus, app)
	if err := other.Call(t.Context(), "app", "echo", 1, nil); err != nil {
		t.Error(err)
	}
	if got := svc.Stats().Requests.Load(); got != 1 {
		t.Errorf("got %d requests, want 1", got)
	}
	svc.Stop()
	svc.Stop()
	if err := other.Call(t.Context(), "app", "echo", 1, nil); daebus.CodeOf(err) != daebus.Unavailable {
		t.Errorf("got %v, want unavailable", err)
	}
	if n, _ := other.Broadcast(t.Context(), "news", 1); n != 0 {
		t.Errorf("got %d receivers, want 0", n)
	}
}

func TestListenerTakesTurns(t *testing.T) {
	app := daebus.New("app")
	var got []int
	app.Listen("count", daebus.Func(func(ctx context.Context, n int) (any, error) {
		if n < 3 {
			app.Broadcast(ctx, "count", n+1)
			app.Broadcast(ctx, "count", n+10)
		}
		got = append(got, n)
		return nil, nil
	}))
	daebustest.Run(t, daebustest.NewBus(), app)
	app.Broadcast(t.Context(), "count", 1)
	if want := []int{1, 2, 11, 3, 12}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestLinkEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus := daebustest.NewBus()
		app := daebus.New("app")
		var got []string
		app.OnLink(func(_ context.Context, e daebus.LinkEvent) {
			got = append(got, fmt.Sprint(e.Up, " ", e.Gap, " ", e.Err))
		})
		svc := daebustest.Run(t, bus, app)
		bus.Cut(nil)
		bus.Cut(errors.New("again"))
		time.Sleep(3 * time.Second)
		bus.Heal()
		svc.Stop()
		bus.Cut(nil)
		want := []string{"true 0s <nil>", "false 0s cut by the test", "true 3s <nil>"}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestThreadIsStartedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := daebus.New("app")
		runs := 0
		app.Thread("sensor", func(ctx context.Context) error {
			switch runs++; runs {
			case 1:
				return errors.New("no sensor")
			case 2:
				panic("sensor")
			}
			<-ctx.Done()
			return ctx.Err()
		})
		app.Thread("once", func(context.Context) error { return nil })
		daebustest.Run(t, daebustest.NewBus(), app)
		time.Sleep(time.Minute)
		synctest.Wait()
		if runs != 3 {
			t.Errorf("got %d runs, want 3", runs)
		}
	})
}

func TestStopEndsRestingThread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := daebus.New("app")
		app.Thread("sensor", func(ctx context.Context) error { return errors.New("no sensor") })
		svc := daebustest.Run(t, daebustest.NewBus(), app)
		synctest.Wait()
		began := time.Now()
		svc.Stop()
		if took := time.Since(began); took != 0 {
			t.Errorf("Stop took %v", took)
		}
	})
}

func TestEveryGoesOnAfterFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := daebus.New("app")
		runs := 0
		app.Every("beat", time.Second, func(context.Context) error {
			if runs++; runs == 2 {
				panic("beat")
			}
			return errors.New("no beat")
		})
		daebustest.Run(t, daebustest.NewBus(), app)
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if runs != 5 {
			t.Errorf("got %d runs, want 5", runs)
		}
	})
}

func TestRunJobWaitsItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := daebus.New("app")
		app.Every("slow", time.Minute, func(ctx context.Context) error {
			select {
			case <-time.After(10 * time.Second):
			case <-ctx.Done():
			}
			return ctx.Err()
		})
		svc := daebustest.Run(t, daebustest.NewBus(), app)
		time.Sleep(time.Minute)
		synctest.Wait() // the job has begun
		began := time.Now()
		if err := svc.RunJob("slow"); err != nil || time.Since(began) != 20*time.Second {
			t.Errorf("got %v after %v; want no error after 20s", err, time.Since(began))
		}
		if err := svc.RunJob("fast"); err == nil || !strings.Contains(err.Error(), `one of ["slow"]`) {
			t.Errorf("got %v; want the names of the jobs", err)
		}
		svc.Stop()
		if err := svc.RunJob("slow"); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v after Stop, want canceled", err)
		}
	})
}

func TestHTTPBodies(t *testing.T) {
	app := daebus.New("app")
	app.Route("/echo", daebus.HTTP(daebus.Func(echo)))
	svc := daebustest.Run(t, daebustest.NewBus(), app)
	for _, c := range []struct {
		body any
		want string
	}{
		{nil, `{}`},
		{map[string]int{"n": 1}, `{"n":1}`},
		{url.Values{"n": {"1"}}, `{"n":"1"}`},
		{`[1]`, `[1]`},
		{strings.NewReader(`[2]`), `[2]`},
	} {
		if w := svc.HTTP("POST", "/echo", c.body); w.Code != 200 || w.Body.String() != c.want {
			t.Errorf("%v: got %d %s, want 200 %s", c.body, w.Code, w.Body, c.want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a body that cannot be encoded passed")
		}
	}()
	svc.HTTP("POST", "/echo", make(chan int))
}
