package daebus_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

// answers has fn play a service.
func answers(t *testing.T, bus *daebustest.Bus, service string, fn func(request envelope, raw string)) {
	t.Helper()
	stop, err := bus.Subscribe(t.Context(), service, func(_ string, msg []byte) {
		var e envelope
		if err := json.Unmarshal(msg, &e); err != nil {
			t.Error(err)
		}
		fn(e, string(msg))
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
}

func reply(bus *daebustest.Bus, to envelope, status, payload string, final bool) {
	bus.Post(to.ReplyTo, fmt.Appendf(nil, `{"status":%q,"payload":%s,"request_id":%q,"final":%v}`, status, payload, to.ID, final))
}

func TestCallTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus, app := daebustest.NewBus(), daebus.New("app")
		var last envelope
		answers(t, bus, "mute", func(e envelope, _ string) { last = e })
		daebustest.Run(t, bus, app)
		for _, c := range []struct {
			given, want time.Duration
		}{{0, daebus.DefaultTimeout}, {time.Minute, time.Minute}, {time.Microsecond, time.Microsecond}} {
			ctx, cancel := t.Context(), context.CancelFunc(func() {})
			if c.given > 0 {
				ctx, cancel = context.WithTimeout(ctx, c.given)
			}
			began := time.Now()
			err := app.Call(ctx, "mute", "a", nil, nil)
			cancel()
			if !errors.Is(err, daebus.Timeout) || !errors.Is(err, context.DeadlineExceeded) || err.Error() != "call mute.a: timeout: no answer in time" {
				t.Errorf("got %v, want timeout", err)
			}
			equal(t, "took", time.Since(began), c.want)
			reply(bus, last, "success", "1", true)
		}
		equal(t, "late replies", app.Stray.Load(), 3)
	})
}

func TestDeadlineTravels(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus, app := daebustest.NewBus(), daebus.New("app")
		var got string
		answers(t, bus, "svc", func(e envelope, raw string) { got = raw; reply(bus, e, "success", "null", true) })
		daebustest.Run(t, bus, app)
		app.Call(t.Context(), "svc", "a", nil, nil)
		if !strings.Contains(got, `"payload":{},`) || !strings.HasSuffix(got, `"service":"svc","timeout_ms":5000}`) {
			t.Errorf("got %s", got)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		app.Call(ctx, "svc", "a", 1, nil)
		if !strings.HasSuffix(got, `"timeout_ms":300}`) {
			t.Errorf("got %s", got)
		}
	})
}

func TestCancelledCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus, app := daebustest.NewBus(), daebus.New("app")
		var last envelope
		answers(t, bus, "mute", func(e envelope, _ string) { last = e })
		daebustest.Run(t, bus, app)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- app.Call(ctx, "mute", "a", nil, nil) }()
		synctest.Wait()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) || !errors.Is(err, daebus.Unavailable) {
			t.Errorf("got %v, want canceled and unavailable", err)
		}
		reply(bus, last, "success", "1", true)
		equal(t, "stray: nothing waits any more", app.Stray.Load(), 1)
		if err := app.Call(ctx, "mute", "a", nil, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want canceled", err)
		}
		expired, cancel := context.WithTimeout(t.Context(), -1)
		defer cancel()
		if err := app.Call(expired, "mute", "a", nil, nil); !errors.Is(err, daebus.Timeout) {
			t.Errorf("got %v, want timeout", err)
		}
	})
}

func TestLostLinkEndsCallsInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus, app := daebustest.NewBus(), daebus.New("app")
		var last envelope
		answers(t, bus, "mute", func(e envelope, _ string) { last = e })
		daebustest.Run(t, bus, app)
		done := make(chan error)
		begin := time.Now()
		go func() { done <- app.Call(t.Context(), "mute", "a", nil, nil, daebus.OnProgress(func(any) {})) }()
		synctest.Wait()
		bus.Cut(errors.New("unplugged"))
		if err := <-done; !errors.Is(err, daebus.Unavailable) || !strings.Contains(err.Error(), "unplugged") {
			t.Errorf("got %v, want unavailable, for the link was unplugged", err)
		}
		equal(t, "waited", time.Since(begin), time.Duration(0))
		bus.Heal()
		reply(bus, last, "success", "1", true)
		equal(t, "stray: nothing waits any more", app.Stray.Load(), 1)
	})
}

// hang is a bus that takes nothing.
type hang struct{ sink }

func (*hang) Publish(ctx context.Context, _ string, _ []byte) (int, error) {
	<-ctx.Done()
	return 0, ctx.Err()
}

func TestSendAndBroadcastAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := daebus.NewClient("tool")
		if _, err := client.Attach(t.Context(), daebus.Runtime{Bus: new(hang)}); err != nil {
			t.Fatal(err)
		}
		for name, ask := range map[string]func() error{
			"send":      func() error { return client.Send(t.Context(), "mute", "a", nil) },
			"broadcast": func() error { _, err := client.Broadcast(t.Context(), "c", 1); return err },
		} {
			begin := time.Now()
			if err := ask(); !errors.Is(err, daebus.Timeout) || time.Since(begin) != daebus.DefaultTimeout {
				t.Errorf("%s: got %v after %v, want a timeout after %v", name, err, time.Since(begin), daebus.DefaultTimeout)
			}
		}
	})
}

func TestNothingIsAskedWhenTheTimeIsOver(t *testing.T) {
	var bus sink
	c := daebus.NewClient("tool")
	if _, err := c.Attach(t.Context(), daebus.Runtime{Bus: &bus}); err != nil {
		t.Fatal(err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	expired, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	for _, ctx := range []context.Context{cancelled, expired} {
		if err := c.Call(ctx, "svc", "a", nil, nil); !errors.Is(err, ctx.Err()) {
			t.Errorf("got %v, want %v", err, ctx.Err())
		}
	}
	equal(t, "published", bus.published, 0)
}

func TestReplies(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer func(bus *daebustest.Bus, e envelope)
		want   string // what is stored, or the error
		stray  int64
	}{
		{"one", func(b *daebustest.Bus, e envelope) { reply(b, e, "success", `"a"`, true) }, "a", 0},
		{"without final", func(b *daebustest.Bus, e envelope) {
			b.Post(e.ReplyTo, fmt.Appendf(nil, `{"status":"success","payload":"a","request_id":%q}`, e.ID))
		}, "a", 0},
		{"two finals", func(b *daebustest.Bus, e envelope) {
			reply(b, e, "success", `"a"`, true)
			reply(b, e, "success", `"b"`, true)
		}, "a", 1},
		{"progress behind the final", func(b *daebustest.Bus, e envelope) {
			reply(b, e, "success", `"a"`, true)
			reply(b, e, "success", `"b"`, false)
		}, "a", 1},
		{"a foreign id first", func(b *daebustest.Bus, e envelope) {
			other := e
			other.ID = "a61b8b71-30ba-4fa7-ad27-537f62cec5f3"
			reply(b, other, "success", `"b"`, true)
			reply(b, e, "success", `"a"`, true)
		}, "a", 1},
		{"a forged id first", func(b *daebustest.Bus, e envelope) {
			other := e
			other.ID = e.ID + "zz"
			reply(b, other, "success", `"b"`, true)
			other.ID = e.ID[:strings.IndexByte(e.ID, '.')+1] + "!"
			reply(b, other, "success", `"b"`, true)
			reply(b, e, "success", `"a"`, true)
		}, "a", 2},
		{"rubbish first", func(b *daebustest.Bus, e envelope) {
			b.Post(e.ReplyTo, []byte("rubbish"))
			reply(b, e, "success", `"a"`, true)
		}, "a", 1},
		{"a Python error", func(b *daebustest.Bus, e envelope) { reply(b, e, "error", `{"error":"'k'"}`, true) }, "call svc.a: internal: 'k'", 0},
		{"an error with a code", func(b *daebustest.Bus, e envelope) {
			reply(b, e, "error", `{"error":"full","code":"busy"}`, true)
		}, "call svc.a: busy: full", 0},
		{"an error of another shape", func(b *daebustest.Bus, e envelope) {
			reply(b, e, "error", `"`+strings.Repeat("x", 100)+`"`, true)
		}, `call svc.a: internal: the peer gave no reason: "` + strings.Repeat("x", 79) + "…", 0},
		{"another type", func(b *daebustest.Bus, e envelope) { reply(b, e, "success", `5`, true) },
			"call svc.a: internal: the reply does not fit: payload: got number; want a string", 0},
	} {
		bus, app := daebustest.NewBus(), daebus.New("app")
		answers(t, bus, "svc", func(e envelope, _ string) { c.answer(bus, e) })
		daebustest.Run(t, bus, app)
		var got string
		if err := app.Call(t.Context(), "svc", "a", nil, &got); err != nil {
			got = err.Error()
		}
		equal(t, c.name, got, c.want)
		equal(t, c.name+": stray", app.Stray.Load(), c.stray)
	}
}

func TestErrorThatIsNotFinalIsProgress(t *testing.T) {
	bus, app := daebustest.NewBus(), daebus.New("app")
	answers(t, bus, "svc", func(e envelope, _ string) {
		reply(bus, e, "error", `{"error":"soft failure"}`, false)
		reply(bus, e, "progress", `{"n":1}`, false)
		reply(bus, e, "success", `"done"`, true)
	})
	daebustest.Run(t, bus, app)
	var got []any
	var out string
	err := app.Call(t.Context(), "svc", "a", nil, &out, daebus.OnProgress(func(v any) { got = append(got, v) }))
	equal(t, "call", fmt.Sprint(got, out, err), "[map[error:soft failure] map[n:1]]done<nil>")
}

func TestNobodyServes(t *testing.T) {
	bus, app := daebustest.NewBus(), daebus.New("app")
	notRunning := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, daebus.Unavailable) || !strings.Contains(err.Error(), "not running") {
			t.Errorf("%s: got %v, want unavailable: not running", what, err)
		}
	}
	notRunning("call", app.Call(t.Context(), "svc", "a", nil, nil))
	notRunning("send", app.Send(t.Context(), "svc", "a", nil))
	_, err := app.Broadcast(t.Context(), "news", 1)
	notRunning("broadcast", err)
	equal(t, "push", app.Push("n", 1), 0)

	daebustest.Run(t, bus, app)
	equal(t, "call", app.Call(t.Context(), "svc", "a", nil, nil), `call svc.a: unavailable: nobody serves "svc"`)
	equal(t, "send", app.Send(t.Context(), "svc", "a", nil), `send svc.a: unavailable: nobody serves "svc"`)
	n, err := app.Broadcast(t.Context(), "news", 1)
	equal(t, "broadcast", fmt.Sprint(n, err), "0 <nil>")

	bus.Cut(nil)
	for _, err := range []error{app.Call(t.Context(), "svc", "a", nil, nil), app.Send(t.Context(), "svc", "a", nil)} {
		if !errors.Is(err, daebus.Unavailable) || !strings.Contains(err.Error(), "link is down") {
			t.Errorf("got %v, want unavailable: link is down", err)
		}
	}
}

func TestClientRefuses(t *testing.T) {
	app := daebus.New("app")
	daebustest.Run(t, daebustest.NewBus(), app)
	_, badChannel := app.Broadcast(t.Context(), "news.*", 1)
	_, badValue := app.Broadcast(t.Context(), "news", make(chan int))
	for what, err := range map[string]error{
		"a pattern called":           app.Call(t.Context(), "a*", "x", nil, nil),
		"an inbox called":            app.Send(t.Context(), "caller:x", "x", nil),
		"a pattern broadcast":        badChannel,
		"a value that has no JSON":   badValue,
		"a payload that has no JSON": app.Call(t.Context(), "a", "x", make(chan int), nil),
		"raw JSON that is none":      app.Send(t.Context(), "a", "x", json.RawMessage("{")),
	} {
		if daebus.CodeOf(err) != daebus.Invalid {
			t.Errorf("%s: got %v, want invalid", what, err)
		}
	}
	equal(t, "push", app.Push("n", make(chan int)), 0)
}

func TestSendWantsNoReply(t *testing.T) {
	app, bus := newEcho(), daebustest.NewBus()
	daebustest.Run(t, bus, app)
	published := heard(t, bus, "*")
	if err := app.Caller("echo").Send(t.Context(), "raw", input{1}); err != nil {
		t.Error(err)
	}
	equal(t, "published", *published, `[echo {"action":"raw","payload":{"in":1}}]`)
}

func TestCallerCalls(t *testing.T) {
	app := newEcho()
	daebustest.Run(t, daebustest.NewBus(), app)
	var out json.RawMessage
	err := app.Caller("echo").Call(t.Context(), "raw", json.RawMessage(`{"n":1.0}`), &out)
	equal(t, "call", fmt.Sprint(string(out), err), `{"n":1.0}<nil>`)
	var small json.RawMessage
	if err := app.Call(t.Context(), "echo", "raw", nil, &small); err != nil || string(small) != "{}" {
		t.Errorf("got %s, %v", small, err)
	}
}

// badBus takes no subscription.
type badBus struct{ daebus.Bus }

func (badBus) Subscribe(context.Context, string, func(string, []byte)) (func(), error) {
	return nil, errors.New("no room")
}

func TestAttachFails(t *testing.T) {
	c := daebus.NewClient("tool")
	if _, err := c.Attach(t.Context(), daebus.Runtime{Bus: badBus{}}); err == nil {
		t.Error("attached to a bus that takes no subscription")
	}
	detach, err := c.Attach(t.Context(), daebus.Runtime{Bus: daebustest.NewBus()})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "push without screens", c.Push("n", 1), 0)
	detach()
	if err := c.Call(t.Context(), "svc", "a", nil, nil); !errors.Is(err, daebus.Unavailable) {
		t.Errorf("got %v, want unavailable", err)
	}
}
