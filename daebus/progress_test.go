package daebus_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

func TestProgressComesInOrderAndFirst(t *testing.T) {
	app := daebus.New("app")
	app.Action("count", daebus.Progress(func(_ context.Context, n int, report func(int) error) (string, error) {
		for i := range n {
			if err := report(i); err != nil {
				return "", err
			}
		}
		return "done", nil
	}))
	daebustest.Run(t, daebustest.NewBus(), app)
	var got []int
	var out string
	err := app.Call(t.Context(), "app", "count", 5, &out, daebus.OnProgress(func(n int) { got = append(got, n) }))
	equal(t, "count", fmt.Sprint(got, out, err), "[0 1 2 3 4]done<nil>")

	if err := app.Call(t.Context(), "app", "count", 5, &out); err != nil {
		t.Errorf("without OnProgress: %v", err)
	}
	got = nil // no more reports wait than there is room for, and the reply is not among what is left out
	err = app.Call(t.Context(), "app", "count", 1000, &out, daebus.OnProgress(func(n int) { got = append(got, n) }))
	equal(t, "many", fmt.Sprint(len(got), out, err), "64done<nil>")

	err = app.Call(t.Context(), "app", "count", 1, &out, daebus.OnProgress(func(string) {}))
	equal(t, "another type", err, "call app.count: internal: the progress does not fit: payload: got number; want a string")
	equal(t, "stray", app.Stray.Load(), 0)
}

func TestProgressFromSeveralGoroutines(t *testing.T) {
	app := daebus.New("app")
	app.Action("many", daebus.Progress(func(_ context.Context, n int, report func(int) error) (int, error) {
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() { report(i) })
		}
		wg.Wait()
		return n, nil
	}))
	daebustest.Run(t, daebustest.NewBus(), app)
	var out, sum int
	err := app.Call(t.Context(), "app", "many", 8, &out, daebus.OnProgress(func(n int) { sum += n }))
	equal(t, "sum", fmt.Sprint(sum, out, err), "28 8 <nil>")
}

func TestNothingFollowsTheReply(t *testing.T) {
	app, bus := daebus.New("app"), daebustest.NewBus()
	var late func(int) error
	app.Action("leak", daebus.Progress(func(_ context.Context, _ any, report func(int) error) (int, error) {
		late = report
		return 1, nil
	}))
	daebustest.Run(t, bus, app)
	if err := app.Call(t.Context(), "app", "leak", nil, nil); err != nil {
		t.Fatal(err)
	}
	published := heard(t, bus, "*")
	equal(t, "late report", late(2), "conflict: leak: progress after the final reply")
	equal(t, "published", len(*published), 0)
}

func TestProgressThatCannotBeSent(t *testing.T) {
	app, bus := daebus.New("app"), daebustest.NewBus()
	var errs []error
	app.Action("bad", daebus.Progress(func(_ context.Context, _ any, report func(any) error) (any, error) {
		errs = append(errs, report(make(chan int)))
		bus.Cut(nil)
		errs = append(errs, report(1))
		bus.Heal()
		return nil, nil
	}))
	daebustest.Run(t, bus, app)
	app.Call(t.Context(), "app", "bad", nil, nil)
	app.Send(t.Context(), "app", "bad", nil)
	for i, want := range []any{daebus.Invalid, daebus.Unavailable, daebus.Invalid, nil} {
		if want == nil && errs[i] != nil || want != nil && daebus.CodeOf(errs[i]) != want {
			t.Errorf("%d: got %v, want %v", i, errs[i], want)
		}
	}
}

func TestProgressOverOtherDoors(t *testing.T) {
	app := daebus.New("app")
	h := daebus.Progress(func(_ context.Context, _ any, report func(int) error) (string, error) {
		return "done", report(1)
	})
	app.Socket("work", h)
	app.Route("/work", daebus.HTTP(h))
	svc := daebustest.Run(t, daebustest.NewBus(), app)
	peer := svc.Connect()
	peer.Write(`{"type":"work","id":3}`)
	equal(t, "progress", peer.Read(), `{"type":"progress","data":1,"id":3}`)
	equal(t, "reply", peer.Read(), `{"type":"response","data":"done","id":3}`)
	equal(t, "HTTP", svc.HTTP("POST", "/work", nil).Body, `"done"`)
}
