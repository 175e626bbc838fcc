package daebus_test

import (
	"context"
	"errors"
	"testing"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

func TestListeners(t *testing.T) {
	var got []string
	app, bus := daebus.New("app"), daebustest.NewBus()
	app.Listen("news.*", daebus.HandlerFunc(func(_ context.Context, req *daebus.Request) (any, error) {
		got = append(got, "pattern "+req.Name+" "+string(req.Payload))
		return nil, nil
	}))
	app.Listen("news.sport", daebus.Func(func(_ context.Context, score [2]int) (any, error) {
		got = append(got, "first")
		return nil, nil
	}))
	app.Listen("news.sport", daebus.Func(func(_ context.Context, score []int) (any, error) {
		got = append(got, "second")
		return nil, nil
	}))
	svc := daebustest.Run(t, bus, app)
	n, err := app.Broadcast(t.Context(), "news.sport", []int{2, 1})
	if n != 3 || err != nil {
		t.Errorf("got %d receivers, %v; want 3", n, err)
	}
	equal(t, "heard", got, "[pattern news.sport [2,1] first second]")
	equal(t, "messages", svc.Stats().Messages.Load(), 3)
}

func TestListenerAnswersOnlyReplyTo(t *testing.T) {
	for _, c := range []struct{ name, msg, want string }{
		{"an address", `{"reply_to":"me","request_id":"r","n":1}`, `[me {"status":"success","payload":{"seen":true},"request_id":"r","final":true}]`},
		{"no id", `{"reply_to":"me"}`, `[me {"status":"success","payload":{"seen":true},"request_id":null,"final":true}]`},
		{"a failure", `{"reply_to":"me","fail":true}`, `[me {"status":"error","payload":{"error":"failed","code":"internal"},"request_id":null,"final":true}]`},
		{"an empty address", `{"reply_to":""}`, `[]`},
		{"an address that is no string", `{"reply_to":5}`, `[]`},
		{"a deeper one", `{"data":{"reply_to":"me"}}`, `[]`},
		{"a service", `{"service":"me","type":"heartbeat"}`, `[]`},
		{"a service, and a failure", `{"service":"me","fail":true}`, `[]`},
		{"a service, and reply_to in a text", `{"service":"me","note":"reply_to"}`, `[]`},
		{"no object", `["reply_to"]`, `[]`},
	} {
		app, bus := daebus.New("app"), daebustest.NewBus()
		app.Listen("news", daebus.HandlerFunc(func(_ context.Context, req *daebus.Request) (any, error) {
			var in struct{ Fail bool }
			if req.Decode(&in); in.Fail {
				return nil, errors.New("failed")
			}
			return map[string]bool{"seen": true}, nil
		}))
		daebustest.Run(t, bus, app)
		answers, defaults := heard(t, bus, "me"), heard(t, bus, "*.responses")
		bus.Post("news", []byte(c.msg))
		equal(t, c.name, *answers, c.want)
		equal(t, c.name+": by the service's name", len(*defaults), 0)
	}
}

// Who overhears a request must not answer it in the place of whom it was for.
func TestPatternNeverAnswers(t *testing.T) {
	monitor, sensor, bus := daebus.New("monitor"), daebus.New("sensor"), daebustest.NewBus()
	monitor.Listen("sens*", raw)
	monitor.Listen("s*", failing(errors.New("failed")))
	monitor.Listen("*", daebus.Progress(func(_ context.Context, _ any, report func(int) error) (any, error) {
		return nil, report(1)
	}))
	sensor.Action("read", daebus.Func(func(context.Context, any) (int, error) { return 42, nil }))
	svc := daebustest.Run(t, bus, monitor)
	daebustest.Run(t, bus, sensor)
	var out int
	if err := sensor.Call(t.Context(), "sensor", "read", nil, &out); err != nil || out != 42 {
		t.Errorf("got %d, %v; want 42", out, err)
	}
	equal(t, "heard, with the reply", svc.Stats().Messages.Load(), 4)
	equal(t, "stray", sensor.Stray.Load(), 0)
}

func TestListenerReportsProgress(t *testing.T) {
	app, bus := daebus.New("app"), daebustest.NewBus()
	app.Listen("news", daebus.Progress(func(_ context.Context, _ any, report func(int) error) (any, error) {
		return 2, report(1)
	}))
	daebustest.Run(t, bus, app)
	answers := heard(t, bus, "me")
	bus.Post("news", []byte(`{"reply_to":"me","request_id":7}`))
	bus.Post("news", []byte(`{"service":"me"}`))
	equal(t, "answers", *answers, `[me {"status":"success","payload":1,"request_id":7,"final":false} me {"status":"success","payload":2,"request_id":7,"final":true}]`)
}

func TestMiss(t *testing.T) {
	app, bus := daebus.New("app"), daebustest.NewBus()
	app.Listen("news", raw)
	daebustest.Run(t, bus, app)
	svc, _ := app.Service()
	answers := heard(t, bus, "me")
	for _, msg := range []string{`{"reply_to":"me"}`, `{"service":"me"}`, `1`} {
		svc.Miss(svc.Listeners[0], daebus.Message{Channel: "news", Data: []byte(msg)}, daebus.Busy)
	}
	equal(t, "answers", *answers, `[me {"status":"error","payload":{"error":"busy","code":"busy"},"request_id":null,"final":true}]`)
	equal(t, "missed", svc.Stats.Missed.Load(), 3)
}
