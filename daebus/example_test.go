package daebus_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/daebus/daebus-go/daebus"
)

type Greeting struct {
	Name string `json:"name"`
}

type Reply struct {
	Text string `json:"text"`
}

func greet(_ context.Context, in Greeting) (Reply, error) {
	if in.Name == "" {
		return Reply{}, daebus.Errorf(daebus.Invalid, "name: empty; want who to greet")
	}
	return Reply{Text: "Hello, " + in.Name}, nil
}

var ctx = context.Background()

// An app is run with edge.Main; here it runs in memory.
func ExampleNew() {
	app := daebus.New("hello")
	app.Action("greet", daebus.Func(greet))
	defer run(app)()

	var out Reply
	err := app.Call(ctx, "hello", "greet", Greeting{Name: "Ada"}, &out)
	fmt.Println(app.Name(), out.Text, err)
	// Output: hello Hello, Ada <nil>
}

func ExampleFunc() {
	app := daebus.New("math")
	app.Action("double", daebus.Func(func(_ context.Context, n int) (int, error) { return 2 * n, nil }))
	defer run(app)()

	var n int
	fmt.Println(app.Call(ctx, "math", "double", 21, &n), n)
	fmt.Println(app.Call(ctx, "math", "double", "x", &n))
	// Output:
	// <nil> 42
	// call math.double: invalid: payload: got string; want a whole number
}

func ExampleHandlerFunc() {
	app := daebus.New("mirror")
	app.Action("show", daebus.HandlerFunc(func(_ context.Context, req *daebus.Request) (any, error) {
		return json.RawMessage(req.Payload), nil // as it came
	}))
	defer run(app)()

	var out json.RawMessage
	fmt.Println(app.Call(ctx, "mirror", "show", json.RawMessage(`{"n":1.0}`), &out), string(out))
	// Output: <nil> {"n":1.0}
}

func ExampleRequest_Raw() {
	app := daebus.New("relay")
	app.Action("echo", daebus.HandlerFunc(func(_ context.Context, req *daebus.Request) (any, error) {
		return req.Raw(req.Payload), nil // as it came, and nothing is allocated
	}))
	defer run(app)()

	var out json.RawMessage
	fmt.Println(app.Call(ctx, "relay", "echo", json.RawMessage(`{"as":"it is"}`), &out), string(out))
	// Output: <nil> {"as":"it is"}
}

func ExampleProgress() {
	app := daebus.New("printer")
	app.Action("print", daebus.Progress(func(_ context.Context, pages int, report func(int) error) (string, error) {
		for page := range pages {
			if err := report(page + 1); err != nil {
				return "", err
			}
		}
		return "printed", nil
	}))
	defer run(app)()

	var out string
	err := app.Call(ctx, "printer", "print", 3, &out, daebus.OnProgress(func(page int) { fmt.Println("page", page) }))
	fmt.Println(out, err)
	// Output:
	// page 1
	// page 2
	// page 3
	// printed <nil>
}

// A second request while the first is at work is answered busy at once.
func ExampleLimit() {
	app := daebus.New("scale")
	again := func() error { return app.Call(ctx, "scale", "weigh", nil, nil) }
	app.Action("weigh", daebus.Limit(daebus.Func(func(context.Context, any) (any, error) {
		fmt.Println(again())
		return nil, nil
	}), 1))
	defer run(app)()

	fmt.Println(again())
	// Output:
	// call scale.weigh: busy: weigh: 1 already running; try again
	// <nil>
}

func ExampleDeadline() {
	app := daebus.New("camera")
	app.Action("snap", daebus.Deadline(daebus.Func(func(ctx context.Context, _ any) (any, error) {
		<-ctx.Done() // the shutter is stuck
		return nil, ctx.Err()
	}), time.Millisecond))
	defer run(app)()

	err := app.Call(ctx, "camera", "snap", nil, nil)
	fmt.Println(errors.Is(err, daebus.Timeout))
	// Output: true
}

func ExampleErrorf() {
	err := daebus.Errorf(daebus.NotFound, "order %d is not there", 7)
	fmt.Println(err)
	fmt.Println(errors.Is(err, daebus.NotFound))
	// Output:
	// not_found: order 7 is not there
	// true
}

func ExampleCodeOf() {
	fmt.Println(daebus.CodeOf(fmt.Errorf("till: %w", daebus.Busy)))
	fmt.Println(daebus.CodeOf(context.DeadlineExceeded))
	fmt.Println(daebus.CodeOf(errors.New("oops")))
	// Output:
	// busy
	// timeout
	// internal
}

func ExampleTicks() {
	beats := 0
	for range daebus.Ticks(ctx, time.Millisecond) {
		if beats++; beats == 3 {
			break
		}
	}
	fmt.Println(beats, "beats")
	// Output: 3 beats
}
