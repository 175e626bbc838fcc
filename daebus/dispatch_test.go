package daebus_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

type input struct {
	In int `json:"in"`
}

// newEcho answers with what it got, raw and typed.
func newEcho() *daebus.App {
	app := daebus.New("echo")
	app.Action("raw", raw)
	app.Action("text", daebus.Func(func(_ context.Context, in string) (string, error) { return in, nil }))
	app.Action("struct", daebus.Func(func(_ context.Context, in input) (input, error) { return in, nil }))
	app.Action("nothing", daebus.HandlerFunc(func(context.Context, *daebus.Request) (any, error) { return nil, nil }))
	app.Action("badreply", daebus.HandlerFunc(func(context.Context, *daebus.Request) (any, error) { return make(chan int), nil }))
	return app
}

// The rows of the wire's chapters on requests: what comes in, and what is
// published because of it.
func TestDispatch(t *testing.T) {
	success := func(payload, id string) string {
		return `me {"status":"success","payload":` + payload + `,"request_id":` + id + `,"final":true}`
	}
	failure := func(code, text, id string) string {
		return `me {"status":"error","payload":{"error":"` + text + `","code":"` + code + `"},"request_id":` + id + `,"final":true}`
	}
	for _, c := range []struct{ name, msg, want string }{
		{"an object", `{"action":"raw","payload":{"in":1},"reply_to":"me","request_id":"r"}`, success(`{"in":1}`, `"r"`)},
		{"an integer of any size", `{"action":"raw","payload":9007199254740993,"reply_to":"me"}`, success(`9007199254740993`, "null")},
		{"an id of any kind", `{"action":"raw","payload":1,"reply_to":"me","request_id":{"n":[1.0]}}`, success(`1`, `{"n":[1.0]}`)},
		{"a string that holds JSON", `{"action":"struct","payload":"{\"in\": 1}","reply_to":"me"}`, success(`{"in":1}`, "null")},
		{"the same, where a string is wanted", `{"action":"text","payload":"{\"in\": 1}","reply_to":"me"}`, success(`"{\"in\": 1}"`, "null")},
		{"a string that holds none", `{"action":"raw","payload":"hi","reply_to":"me"}`, success(`"hi"`, "null")},
		{"a missing payload", `{"action":"raw","reply_to":"me"}`, success(`{}`, "null")},
		{"a null payload", `{"action":"raw","payload":null,"reply_to":"me"}`, success(`null`, "null")},
		{"a merged payload", `{"in":3,"action":"struct","reply_to":"me","request_id":"r"}`, success(`{"in":3}`, `"r"`)},
		{"an empty reply", `{"action":"nothing","payload":{},"reply_to":"me"}`, success(`null`, "null")},

		{"no reply_to, with a service", `{"action":"raw","payload":1,"service":"dflt"}`, strings.Replace(success("1", "null"), "me", "dflt.responses", 1)},
		{"an empty reply_to", `{"action":"raw","payload":1,"reply_to":"","service":"dflt"}`, strings.Replace(success("1", "null"), "me", "dflt.responses", 1)},
		{"no address", `{"action":"raw","payload":1}`, ""},
		{"no address, a failure", `{"action":"nope"}`, ""},
		{"a service, and nothing asked", `{"service":"dflt","request_id":"r"}`, ""},

		{"an unknown action", `{"action":"nope","reply_to":"me"}`, failure("not_found", `echo has no action \"nope\"`, "null")},
		{"an action that is a number", `{"action":5,"reply_to":"me"}`, failure("invalid", `no action; want {\"action\": \"…\"}`, "null")},
		{"no action", `{"reply_to":"me","request_id":"r"}`, failure("invalid", `no action; want {\"action\": \"…\"}`, `"r"`)},
		{"a payload of another type", `{"action":"struct","payload":{"in":"x"},"reply_to":"me"}`, failure("invalid", "payload.in: got string; want a whole number", "null")},
		{"a payload of another kind", `{"action":"struct","payload":[1],"reply_to":"me"}`, failure("invalid", "payload: got array; want an object", "null")},
		{"NaN", `{"action":"raw","payload":{"x":NaN},"reply_to":"me","request_id":"r"}`, failure("invalid", "byte 31: NaN or Infinity is not JSON; send null or a number", `"r"`)},
		{"a reply that cannot be encoded", `{"action":"badreply","reply_to":"me"}`, failure("internal", "the reply cannot be encoded: json: unsupported type: chan int", "null")},
		{"bad JSON after the address", `{"reply_to":"me","action":"raw"`, failure("invalid", "byte 31: the message ends where a comma or '}' was expected", "null")},
		{"not JSON", `not json`, ""},
		{"an array", `[]`, ""},
		{"nothing", ``, ""},
	} {
		app, bus := newEcho(), daebustest.NewBus()
		svc := daebustest.Run(t, bus, app)
		mine, defaults, none := heard(t, bus, "me"), heard(t, bus, "dflt.*"), heard(t, bus, "None*")
		bus.Post("echo", []byte(c.msg))
		equal(t, c.name, strings.Join(append(*mine, *defaults...), "\n"), c.want)
		equal(t, c.name+": None.responses", len(*none), 0)
		if c.want == "" && !strings.Contains(c.msg, "raw") {
			equal(t, c.name+": counted", svc.Stats().Unanswerable.Load(), 1)
		}
		if err := app.Call(t.Context(), "echo", "raw", nil, nil); err != nil {
			t.Errorf("%s: the service does not go on: %v", c.name, err)
		}
		equal(t, c.name+": requests", svc.Stats().Requests.Load(), 2)
	}
}

func TestExpiredRequestIsNotRun(t *testing.T) {
	app, ran := daebus.New("app"), false
	app.Action("a", daebus.HandlerFunc(func(context.Context, *daebus.Request) (any, error) { ran = true; return nil, nil }))
	bus := daebustest.NewBus()
	daebustest.Run(t, bus, app)
	mine := heard(t, bus, "me")
	svc, err := app.Service()
	if err != nil {
		t.Fatal(err)
	}
	svc.Dispatch(t.Context(), daebus.Message{
		Data:     []byte(`{"action":"a","reply_to":"me","timeout_ms":1000}`),
		Received: time.Now().Add(-2 * time.Second),
	})
	equal(t, "replies", *mine, `[me {"status":"error","payload":{"error":"a: the caller's time was over before it began","code":"timeout"},"request_id":null,"final":true}]`)
	if ran || svc.Stats.Expired.Load() != 1 {
		t.Errorf("got ran %v, expired %d; want it counted and not run", ran, svc.Stats.Expired.Load())
	}
}

func TestHandlerKnowsTheCallersTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := daebus.New("app")
		var left time.Duration
		app.Action("a", daebus.HandlerFunc(func(ctx context.Context, _ *daebus.Request) (any, error) {
			deadline, _ := ctx.Deadline()
			left = time.Until(deadline)
			return nil, nil
		}))
		daebustest.Run(t, daebustest.NewBus(), app)
		ctx, cancel := context.WithTimeout(t.Context(), 1234*time.Millisecond)
		defer cancel()
		app.Call(ctx, "app", "a", nil, nil)
		equal(t, "left", left, 1234*time.Millisecond)
		app.Call(t.Context(), "app", "a", nil, nil)
		equal(t, "left by default", left, daebus.DefaultTimeout)
	})
}

func TestRefuse(t *testing.T) {
	app, bus := newEcho(), daebustest.NewBus()
	daebustest.Run(t, bus, app)
	svc, _ := app.Service()
	mine := heard(t, bus, "me")
	full := daebus.Errorf(daebus.Busy, "full")
	task := svc.Read(daebus.Message{Data: []byte(`{"action":"raw","reply_to":"me","request_id":1}`)})
	equal(t, "action", task.Action(), "raw")
	task.Refuse(full)
	if task := svc.Read(daebus.Message{Data: []byte(`rubbish`)}); task != nil {
		t.Error("rubbish is to be run")
	}
	equal(t, "replies", *mine, `[me {"status":"error","payload":{"error":"full","code":"busy"},"request_id":1,"final":true}]`)
	equal(t, "refused", svc.Stats.Refused.Load(), 1)
}

func TestUnsentRepliesAreCounted(t *testing.T) {
	app, bus := newEcho(), daebustest.NewBus()
	daebustest.Run(t, bus, app)
	svc, _ := app.Service()
	bus.Cut(nil)
	svc.Dispatch(t.Context(), daebus.Message{Data: []byte(`{"action":"raw","reply_to":"me"}`)})
	equal(t, "unsent", svc.Stats.Unsent.Load(), 1)
}

func TestLargeMessages(t *testing.T) {
	app := newEcho()
	daebustest.Run(t, daebustest.NewBus(), app)
	for _, n := range []int{10, 1 << 20, 10} {
		var out string
		if err := app.Call(t.Context(), "echo", "text", strings.Repeat("x", n), &out); err != nil || len(out) != n {
			t.Errorf("got %d bytes, %v; want %d", len(out), err, n)
		}
	}
}
