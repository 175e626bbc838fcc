package cbor_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/cbor"
	"github.com/daebus/daebus-go/daebus/daebustest"
	"github.com/daebus/daebus-go/daebus/internal/wire"
)

type point struct {
	X int `json:"x"`
}

// newPlotter answers with typed values, with raw ones, and with what CBOR lacks.
func newPlotter() *daebus.App {
	app := daebus.New("plotter")
	app.Action("next", daebus.Func(func(_ context.Context, in point) (point, error) {
		return point{in.X + 1}, nil
	}))
	app.Action("raw", daebus.HandlerFunc(func(_ context.Context, req *daebus.Request) (any, error) {
		if !cbor.Codec.Matches(req.Payload) {
			return json.RawMessage(req.Payload), nil
		}
		return cbor.RawMessage(req.Payload), nil
	}))
	app.Action("json", daebus.HandlerFunc(func(context.Context, *daebus.Request) (any, error) {
		return json.RawMessage(`{"x":7}`), nil
	}))
	app.Action("fail", daebus.HandlerFunc(func(context.Context, *daebus.Request) (any, error) {
		return nil, errors.New("out of ink")
	}))
	app.Action("steps", daebus.Progress(func(_ context.Context, in point, report func(point) error) (point, error) {
		return in, report(point{in.X / 2})
	}))
	return app
}

// inbox keeps what comes in on a channel.
func inbox(t *testing.T, bus *daebustest.Bus, channel string) *[][]byte {
	t.Helper()
	var got [][]byte
	_, err := bus.Subscribe(t.Context(), channel, func(_ string, msg []byte) { got = append(got, bytes.Clone(msg)) })
	if err != nil {
		t.Fatal(err)
	}
	return &got
}

func TestServiceAnswersInTheEncodingOfTheRequest(t *testing.T) {
	bus, app := daebustest.NewBus(), newPlotter()
	app.Accept(cbor.Codec)
	daebustest.Run(t, bus, app)
	replies := inbox(t, bus, "caller:me")
	for _, codec := range []daebus.Codec{cbor.Codec, daebus.JSON} {
		for _, action := range []string{"next", "raw", "json", "fail", "nope"} {
			payload, _ := codec.Append(nil, point{6})
			bus.Post("plotter", codec.AppendRequest(nil, action, payload, "caller:me", []byte("id"), "", 0))
			reply := (*replies)[len(*replies)-1]
			if cbor.Codec.Matches(reply) != (codec == cbor.Codec) {
				t.Fatalf("%s: %s: got the reply %q", codec.Name(), action, reply)
			}
			var r wire.Response
			if err := codec.ScanResponse(reply, &r); err != nil || string(r.ID) != "id" || !r.Final {
				t.Errorf("%s: %s: got %+v, %v", codec.Name(), action, &r, err)
			}
			var v any
			if err := codec.Unmarshal(r.Payload, &v); err != nil {
				t.Error(err)
			}
			want := map[string]string{
				"next": "map[x:7]", "raw": "map[x:6]", "json": "map[x:7]",
				"fail": "map[code:internal error:out of ink]",
				"nope": `map[code:not_found error:plotter has no action "nope"]`,
			}[action]
			if fmt.Sprint(v) != want {
				t.Errorf("%s: %s: got %v, want %s", codec.Name(), action, v, want)
			}
		}
	}
	if len(*replies) != 10 {
		t.Errorf("got %d replies, want 10", len(*replies))
	}
}

func TestServiceWithoutAccept(t *testing.T) {
	bus := daebustest.NewBus()
	svc := daebustest.Run(t, bus, newPlotter())
	replies := inbox(t, bus, "caller:me")
	bus.Post("plotter", cbor.Codec.AppendRequest(nil, "next", []byte{0xa0}, "caller:me", []byte("id"), "plotter", 0))
	if n := svc.Stats().Unanswerable.Load(); n != 1 || len(*replies) != 0 {
		t.Errorf("got %d counted and %d replies; want it counted, and no reply to an address that was not read", n, len(*replies))
	}
	bus.Post("plotter", daebus.JSON.AppendRequest(nil, "next", []byte(`{"x":1}`), "caller:me", []byte("id"), "", 0))
	if len(*replies) != 1 {
		t.Error("the service does not answer any more")
	}
}

func TestBadPayloadIsInvalid(t *testing.T) {
	bus, app := daebustest.NewBus(), newPlotter()
	app.Accept(cbor.Codec)
	daebustest.Run(t, bus, app)
	replies := inbox(t, bus, "caller:me")
	bus.Post("plotter", cbor.Codec.AppendRequest(nil, "next", bytesOf(t, "a1 6178 f97e00"), "caller:me", []byte("id"), "", 0))
	bus.Post("plotter", append(cbor.Codec.AppendRequest(nil, "next", nil, "caller:me", []byte("id"), "", 0), 0))
	for _, reply := range *replies {
		if !bytes.Contains(reply, []byte("invalid")) {
			t.Errorf("got %q, want invalid", reply)
		}
	}
	if len(*replies) != 2 {
		t.Errorf("got %d replies, want 2", len(*replies))
	}
}

func TestCallInCBOR(t *testing.T) {
	bus, app, caller := daebustest.NewBus(), newPlotter(), daebus.New("caller")
	app.Accept(cbor.Codec)
	daebustest.Run(t, bus, app)
	daebustest.Run(t, bus, caller)
	inCBOR := daebus.Encoding(cbor.Codec)

	var out point
	if err := caller.Call(t.Context(), "plotter", "next", point{1}, &out, inCBOR); daebus.CodeOf(err) != daebus.Invalid {
		t.Errorf("got %v from a client that cannot read the reply, want invalid", err)
	}
	if err := app.Call(t.Context(), "plotter", "next", point{1}, &out, inCBOR); err != nil || out.X != 2 {
		t.Errorf("got %v, %v; want 2", out, err)
	}
	if err := app.Call(t.Context(), "plotter", "fail", nil, &out, inCBOR); err == nil || err.Error() != "call plotter.fail: internal: out of ink" {
		t.Errorf("got %v, want internal: out of ink", err)
	}
	var steps []point
	progress := daebus.OnProgress(func(p point) { steps = append(steps, p) })
	if err := app.Call(t.Context(), "plotter", "steps", point{8}, &out, inCBOR, progress); err != nil || len(steps) != 1 || steps[0].X != 4 {
		t.Errorf("got steps %v, %v; want 4", steps, err)
	}
}

// A small number is one byte, and some of those are white space in JSON.
func TestPayloadOfOneByte(t *testing.T) {
	app := daebus.New("echo")
	app.Accept(cbor.Codec)
	app.Action("number", daebus.Func(func(_ context.Context, n int) (int, error) { return n, nil }))
	daebustest.Run(t, daebustest.NewBus(), app)
	for n := -24; n < 24; n++ {
		var out int
		if err := app.Call(t.Context(), "echo", "number", n, &out, daebus.Encoding(cbor.Codec)); err != nil || out != n {
			t.Errorf("got %d, %v; want %d", out, err, n)
		}
	}
}

// A call made in CBOR, between two that understand it.
func Example() {
	app := daebus.New("plotter")
	app.Accept(cbor.Codec)
	app.Action("next", daebus.Func(func(_ context.Context, in point) (point, error) {
		return point{in.X + 1}, nil
	}))
	svc, err := daebustest.Start(daebustest.NewBus(), app)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer svc.Stop()

	var out point
	err = app.Call(context.Background(), "plotter", "next", point{41}, &out, daebus.Encoding(cbor.Codec))
	fmt.Println(out.X, err)
	// Output: 42 <nil>
}
