package daebus_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/cbor"
)

// Contracts are declared once, in a package both ends import.
var (
	Greet  = daebus.Method[Greeting, Reply]{Service: "hello", Action: "greet"}
	Visits = daebus.Topic[int]("visits")
)

func ExampleMethod() {
	hello, guest := daebus.New("hello"), daebus.New("guest")
	Greet.Handle(hello, greet)
	defer run(hello, guest)()

	out, err := Greet.Call(ctx, guest, Greeting{Name: "Ada"})
	fmt.Println(out.Text, err)
	// Output: Hello, Ada <nil>
}

func ExampleTopic() {
	hello, board := daebus.New("hello"), daebus.New("board")
	Visits.Listen(board, func(_ context.Context, n int) error {
		fmt.Println("visits:", n)
		return nil
	})
	defer run(hello, board)()

	fmt.Println(Visits.Broadcast(ctx, hello, 3))
	// Output:
	// visits: 3
	// 1 <nil>
}

func ExampleClient_Call() {
	hello, guest := daebus.New("hello"), daebus.New("guest")
	hello.Action("greet", daebus.Func(greet))
	defer run(hello, guest)()

	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	var out Reply
	fmt.Println(guest.Call(ctx, "hello", "greet", Greeting{Name: "Ada"}, &out), out.Text)
	err := guest.Call(ctx, "nobody", "greet", nil, nil)
	fmt.Println(err, errors.Is(err, daebus.Unavailable))
	// Output:
	// <nil> Hello, Ada
	// call nobody.greet: unavailable: nobody serves "nobody" true
}

func ExampleOnProgress() {
	app := daebus.New("oven")
	app.Action("bake", daebus.Progress(func(_ context.Context, _ any, report func(float64) error) (string, error) {
		return "bread", report(0.5)
	}))
	defer run(app)()

	var out string
	err := app.Call(ctx, "oven", "bake", nil, &out, daebus.OnProgress(func(done float64) {
		fmt.Printf("%.0f %%\n", 100*done)
	}))
	fmt.Println(out, err)
	// Output:
	// 50 %
	// bread <nil>
}

func ExampleClient_Send() {
	app := daebus.New("log")
	app.Action("write", daebus.Func(func(_ context.Context, line string) (any, error) {
		fmt.Println(line)
		return nil, nil
	}))
	defer run(app)()

	fmt.Println(app.Send(ctx, "log", "write", "door opened"))
	// Output:
	// door opened
	// <nil>
}

func ExampleClient_Broadcast() {
	app := daebus.New("door")
	defer run(app)()

	receivers, err := app.Broadcast(ctx, "door.opened", map[string]int{"floor": 2})
	fmt.Println(receivers, err) // nobody listens, which is no error
	// Output: 0 <nil>
}

func ExampleClient_Caller() {
	hello, guest := daebus.New("hello"), daebus.New("guest")
	hello.Action("greet", daebus.Func(greet))
	defer run(hello, guest)()

	var out Reply
	service := guest.Caller("hello")
	fmt.Println(service.Call(ctx, "greet", Greeting{Name: "Ada"}, &out), out.Text)
	// Output: <nil> Hello, Ada
}

func ExampleEncoding() {
	hello, guest := daebus.New("hello"), daebus.New("guest")
	hello.Action("greet", daebus.Func(greet))
	hello.Accept(cbor.Codec)
	guest.Accept(cbor.Codec)
	defer run(hello, guest)()

	var out Reply
	err := guest.Call(ctx, "hello", "greet", Greeting{Name: "Ada"}, &out, daebus.Encoding(cbor.Codec))
	fmt.Println(out.Text, err)
	// Output: Hello, Ada <nil>
}
