package daebus_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

func TestMiddlewareOrder(t *testing.T) {
	var got []string
	note := func(name string) daebus.Middleware {
		return func(next daebus.Handler) daebus.Handler {
			return daebus.HandlerFunc(func(ctx context.Context, req *daebus.Request) (any, error) {
				got = append(got, name)
				return next.Serve(ctx, req)
			})
		}
	}
	sub, app := new(daebus.Blueprint), daebus.New("app")
	sub.Action("inner", raw)
	sub.Use(note("c"))
	app.Mount("sub", sub)
	app.Action("outer", raw)
	app.Listen("news", raw)
	app.Socket("say", raw)
	app.Route("/own", daebus.HTTP(raw))
	app.Route("/foreign", http.NotFoundHandler())
	app.Use(note("a"), note("b"))
	svc := daebustest.Run(t, daebustest.NewBus(), app)

	for _, c := range []struct {
		what string
		do   func()
		want string
	}{
		{"action", func() { app.Call(t.Context(), "app", "outer", nil, nil) }, "[a b]"},
		{"mounted action", func() { app.Call(t.Context(), "app", "sub.inner", nil, nil) }, "[a b c]"},
		{"listener", func() { app.Broadcast(t.Context(), "news", 1) }, "[a b]"},
		{"socket", func() { svc.Connect().Send("say", 1) }, "[a b]"},
		{"route made with HTTP", func() { svc.HTTP("GET", "/own", nil) }, "[a b]"},
		{"route of another make", func() { svc.HTTP("GET", "/foreign", nil) }, "[]"},
	} {
		got = nil
		c.do()
		equal(t, c.what, got, c.want)
	}
}

func TestLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := daebus.New("app")
		release := make(chan struct{})
		app.Action("slow", daebus.Limit(daebus.HandlerFunc(func(context.Context, *daebus.Request) (any, error) {
			<-release
			return nil, nil
		}), 2))
		daebustest.Run(t, daebustest.NewBus(), app)
		errs := make(chan error, 2)
		for range 2 {
			go func() { errs <- app.Call(t.Context(), "app", "slow", nil, nil) }()
		}
		synctest.Wait()
		err := app.Call(t.Context(), "app", "slow", nil, nil)
		if !errors.Is(err, daebus.Busy) || !strings.Contains(err.Error(), "slow: 2 already running") {
			t.Errorf("got %v, want busy", err)
		}
		close(release)
		equal(t, "the first two", []error{<-errs, <-errs}, "[<nil> <nil>]")
		if err := app.Call(t.Context(), "app", "slow", nil, nil); err != nil {
			t.Errorf("a place is free again, got %v", err)
		}
	})
}

func TestDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := daebus.New("app")
		app.Action("slow", daebus.Deadline(daebus.HandlerFunc(func(ctx context.Context, _ *daebus.Request) (any, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}), 2*time.Second))
		daebustest.Run(t, daebustest.NewBus(), app)
		began := time.Now()
		if err := app.Call(t.Context(), "app", "slow", nil, nil); !errors.Is(err, daebus.Timeout) {
			t.Errorf("got %v, want timeout", err)
		}
		equal(t, "took", time.Since(began), 2*time.Second)
	})
}

// bomb panics when it is written.
type bomb struct{}

func (bomb) MarshalJSON() ([]byte, error) { panic("secret") }

func TestPanicIsAnswered(t *testing.T) {
	testPanicIsAnswered(t, daebus.HandlerFunc(func(context.Context, *daebus.Request) (any, error) { panic("secret") }))
}

func TestPanicOfTheReplyIsAnswered(t *testing.T) {
	testPanicIsAnswered(t, daebus.HandlerFunc(func(context.Context, *daebus.Request) (any, error) { return bomb{}, nil }))
}

func testPanicIsAnswered(t *testing.T, boom daebus.Handler) {
	t.Helper()
	app := daebus.New("app")
	app.Action("boom", boom)
	app.Action("echo", raw)
	app.Socket("boom", boom)
	app.Route("/boom", daebus.HTTP(boom))
	svc := daebustest.Run(t, daebustest.NewBus(), app)
	peer := svc.Connect()

	err := app.Call(t.Context(), "app", "boom", nil, nil)
	equal(t, "bus", err, "call app.boom: internal: boom: the handler panicked")
	peer.Send("boom", nil)
	equal(t, "socket", peer.Read(), `{"type":"error","data":{"error":"boom: the handler panicked","code":"internal"}}`)
	w := svc.HTTP("GET", "/boom", nil)
	equal(t, "status", w.Code, 500)
	equal(t, "route", w.Body, `{"status":"error","error":"/boom: the handler panicked","code":"internal"}`)
	equal(t, "panics", svc.Stats().Panics.Load(), 3)
	if err := app.Call(t.Context(), "app", "echo", nil, nil); err != nil {
		t.Errorf("the service does not go on: %v", err)
	}
}
