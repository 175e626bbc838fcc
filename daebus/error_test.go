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

// How one error looks over the three doors.
func TestErrorsOverTheThreeDoors(t *testing.T) {
	secret := errors.New("open /etc/key: secret")
	for _, c := range []struct {
		err          error
		code         daebus.Code
		bus, outside string
		status       int
	}{
		{secret, daebus.Internal, "open /etc/key: secret", "internal error", 500},
		{fmt.Errorf("pay: %w", secret), daebus.Internal, "pay: open /etc/key: secret", "internal error", 500},
		{daebus.Errorf(daebus.Internal, "the printer is on fire"), daebus.Internal, "the printer is on fire", "the printer is on fire", 500},
		{daebus.Errorf(daebus.Invalid, "drink: want one"), daebus.Invalid, "drink: want one", "drink: want one", 400},
		{daebus.Errorf(daebus.Denied, "not you"), daebus.Denied, "not you", "not you", 403},
		{daebus.Errorf(daebus.NotFound, "no order 7"), daebus.NotFound, "no order 7", "no order 7", 404},
		{daebus.Errorf(daebus.Conflict, "paid already"), daebus.Conflict, "paid already", "paid already", 409},
		{daebus.Errorf(daebus.Busy, "full"), daebus.Busy, "full", "full", 503},
		{daebus.Errorf(daebus.Unavailable, "gone"), daebus.Unavailable, "gone", "gone", 503},
		{daebus.Errorf(daebus.Timeout, "too slow"), daebus.Timeout, "too slow", "too slow", 504},
		{fmt.Errorf("order: %w", daebus.Errorf(daebus.Busy, "full")), daebus.Busy, "full", "full", 503},
		{daebus.Denied, daebus.Denied, "denied", "denied", 403},
		{fmt.Errorf("open /etc/key: %w", daebus.Conflict), daebus.Conflict, "conflict", "conflict", 409},
		{context.DeadlineExceeded, daebus.Timeout, "not done in time", "not done in time", 504},
		{context.Canceled, daebus.Unavailable, "unavailable", "unavailable", 503},
	} {
		app := daebus.New("app")
		app.Action("a", failing(c.err))
		app.Socket("a", failing(c.err))
		app.Route("/a", daebus.HTTP(failing(c.err)))
		svc := daebustest.Run(t, daebustest.NewBus(), app)

		err := app.Call(t.Context(), "app", "a", nil, nil)
		equal(t, "bus", err, fmt.Sprintf("call app.a: %s: %s", c.code, c.bus))
		if !errors.Is(err, c.code) || daebus.CodeOf(err) != c.code {
			t.Errorf("%v: got the code %s, want %s", err, daebus.CodeOf(err), c.code)
		}
		body := fmt.Sprintf(`"error":"%s","code":"%s"}`, c.outside, c.code)
		peer := svc.Connect()
		peer.Send("a", nil)
		equal(t, "socket", peer.Read(), `{"type":"error","data":{`+body+`}`)
		w := svc.HTTP("GET", "/a", nil)
		equal(t, "route", fmt.Sprint(w.Code, w.Body), fmt.Sprint(c.status, ` {"status":"error",`+body))
		if c.code == daebus.Busy && w.Header().Get("Retry-After") != "1" {
			t.Error("busy, and not when to try again")
		}
	}
}

type unwritable struct{}

func (unwritable) MarshalJSON() ([]byte, error) { return nil, errors.New("secret") }

// What one service tells another of an internal error goes no further.
func TestInternalErrorsStayInside(t *testing.T) {
	behind, front := daebus.New("behind"), daebus.New("front")
	behind.Action("fail", failing(errors.New("secret")))
	behind.Action("text", daebus.HandlerFunc(func(context.Context, *daebus.Request) (any, error) { return "secret", nil }))
	behind.Action("invalid", failing(daebus.Errorf(daebus.Invalid, "drink: want one")))
	forward := func(action string) daebus.Handler {
		return daebus.HandlerFunc(func(ctx context.Context, _ *daebus.Request) (any, error) {
			var n int
			return n, front.Call(ctx, "behind", action, nil, &n)
		})
	}
	cannotReply := daebus.HandlerFunc(func(context.Context, *daebus.Request) (any, error) { return unwritable{}, nil })
	for name, h := range map[string]daebus.Handler{"fail": forward("fail"), "text": forward("text"), "reply": cannotReply, "invalid": forward("invalid")} {
		front.Socket(name, h)
		front.Route("/"+name, daebus.HTTP(h))
	}
	bus := daebustest.NewBus()
	daebustest.Run(t, bus, behind)
	svc := daebustest.Run(t, bus, front)
	peer := svc.Connect()
	for _, name := range []string{"fail", "text", "reply"} {
		peer.Send(name, nil)
		for door, got := range map[string]string{"socket": peer.Read(), "route": svc.HTTP("GET", "/"+name, nil).Body.String()} {
			if !strings.Contains(got, `"error":"internal error","code":"internal"`) {
				t.Errorf("%s over %s: got %s", name, door, got)
			}
		}
	}
	peer.Send("invalid", nil)
	equal(t, "what is meant for others", peer.Read(), `{"type":"error","data":{"error":"drink: want one","code":"invalid"}}`)
}

func TestErrorWraps(t *testing.T) {
	cause := errors.New("no paper")
	err := daebus.Errorf(daebus.Unavailable, "print: %w", cause)
	if !errors.Is(err, cause) || !errors.Is(err, daebus.Unavailable) || errors.Is(err, daebus.Busy) {
		t.Errorf("got %#v", err)
	}
	equal(t, "text", err, "unavailable: print: no paper")
	zero := &daebus.Error{Message: "no code"}
	if !errors.Is(zero, daebus.Internal) || daebus.CodeOf(zero) != daebus.Internal || zero.Error() != "internal: no code" {
		t.Errorf("got %v, want an error without a code to be internal", zero)
	}
	equal(t, "no error", daebus.CodeOf(errors.New("x")), daebus.Internal)
}
