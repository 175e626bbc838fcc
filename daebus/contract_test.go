package daebus_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

var (
	double = daebus.Method[int, int]{Service: "math", Action: "double"}
	count  = daebus.Method[int, string]{Service: "math", Action: "count"}
	news   = daebus.Topic[[]string]("news")
)

func TestContracts(t *testing.T) {
	math, guest := daebus.New("math"), daebus.New("guest")
	double.Handle(math, func(_ context.Context, n int) (int, error) {
		if n < 0 {
			return 0, daebus.Errorf(daebus.Invalid, "negative")
		}
		return 2 * n, nil
	})
	sub := new(daebus.Blueprint)
	daebus.HandleProgress(sub, count, func(_ context.Context, n int, report func(int) error) (string, error) {
		return fmt.Sprint(n), report(n)
	})
	math.Mount("", sub)
	var got []string
	news.Listen(guest, func(_ context.Context, v []string) error { got = v; return nil })
	news.Listen(sub, func(context.Context, []string) error { return errors.New("not now") })
	bus := daebustest.NewBus()
	svc := daebustest.Run(t, bus, math)
	daebustest.Run(t, bus, guest)

	n, err := double.Call(t.Context(), guest, 21)
	equal(t, "method", fmt.Sprint(n, err), "42 <nil>")
	_, err = double.Call(t.Context(), guest.Client, -1)
	equal(t, "error", err, "call math.double: invalid: negative")
	reported := 0
	text, err := count.Call(t.Context(), guest, 3, daebus.OnProgress(func(n int) { reported = n }))
	equal(t, "progress", fmt.Sprint(reported, text, err), "33<nil>")

	receivers, err := news.Broadcast(t.Context(), guest, []string{"a"})
	equal(t, "topic", fmt.Sprint(receivers, err, got), "2 <nil> [a]")
	equal(t, "errors of listeners", svc.Stats().Errors.Load(), 2)
}

func TestTopicPattern(t *testing.T) {
	all := daebus.Topic[any]("news.*")
	app := daebus.New("app")
	heard := 0
	all.Listen(app, func(context.Context, any) error { heard++; return nil })
	daebustest.Run(t, daebustest.NewBus(), app)
	app.Broadcast(t.Context(), "news.sport", 1)
	equal(t, "heard", heard, 1)
	if _, err := all.Broadcast(t.Context(), app, 1); daebus.CodeOf(err) != daebus.Invalid {
		t.Errorf("broadcast on a pattern: got %v, want invalid", err)
	}
}

func TestMethodOfAnotherService(t *testing.T) {
	app := daebus.New("app")
	double.Handle(app, func(_ context.Context, n int) (int, error) { return n, nil })
	if err := app.Err(); err == nil || !strings.Contains(err.Error(), "contract_test.go") {
		t.Errorf("got %v, want a mistake in this file", err)
	}
}
