package daebus_test

import (
	"context"
	"fmt"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

// start runs one app; it must not have mistakes.
func start(app *daebus.App) *daebustest.Service {
	svc, err := daebustest.Start(daebustest.NewBus(), app)
	if err != nil {
		panic(err)
	}
	return svc
}

func ExampleBlueprint_Action() {
	app := daebus.New("hello")
	app.Action("greet", daebus.Func(greet))
	defer start(app).Stop()

	fmt.Println(app.Call(ctx, "hello", "greet", Greeting{}, nil))
	fmt.Println(app.Call(ctx, "hello", "wave", nil, nil))
	// Output:
	// call hello.greet: invalid: name: empty; want who to greet
	// call hello.wave: not_found: hello has no action "wave"
}

func ExampleBlueprint_Listen() {
	app := daebus.New("display")
	app.Listen("sensor.*", daebus.HandlerFunc(func(_ context.Context, req *daebus.Request) (any, error) {
		fmt.Println(req.Name, string(req.Payload))
		return nil, nil
	}))
	defer start(app).Stop()

	receivers, err := app.Broadcast(ctx, "sensor.door", map[string]bool{"open": true})
	fmt.Println(receivers, err)
	// Output:
	// sensor.door {"open":true}
	// 1 <nil>
}

func ExampleBlueprint_Route() {
	app := daebus.New("hello")
	app.Route("GET /greet/{name}", daebus.HTTP(daebus.Func(greet)))
	svc := start(app)
	defer svc.Stop()

	w := svc.HTTP("GET", "/greet/Ada", nil)
	fmt.Println(w.Code, w.Body)
	w = svc.HTTP("PUT", "/greet/Ada", nil)
	fmt.Println(w.Code, w.Body)
	// Output:
	// 200 {"text":"Hello, Ada"}
	// 405 {"error":"Method Not Allowed","path":"/greet/Ada"}
}

// The function behind an action and a socket serves HTTP as it is.
func ExampleHTTP() {
	app := daebus.New("hello")
	app.Route("POST /greet", daebus.HTTP(daebus.Func(greet)))
	svc := start(app)
	defer svc.Stop()

	fmt.Println(svc.HTTP("POST", "/greet", Greeting{Name: "Ada"}).Body)
	fmt.Println(svc.HTTP("POST", "/greet", Greeting{}).Body)
	// Output:
	// {"text":"Hello, Ada"}
	// {"status":"error","error":"name: empty; want who to greet","code":"invalid"}
}

func ExampleBlueprint_Socket() {
	app := daebus.New("hello")
	app.Socket("greet", daebus.Func(greet))
	svc := start(app)
	defer svc.Stop()

	peer := svc.Connect()
	peer.Write(`{"type":"greet","data":{"name":"Ada"},"id":1}`)
	fmt.Println(peer.Read())
	// Output: {"type":"response","data":{"text":"Hello, Ada"},"id":1}
}

func ExampleBlueprint_OnPeer() {
	app := daebus.New("kiosk")
	app.OnPeer(func(_ context.Context, p daebus.Peer) error {
		p.Join("screens")
		return p.Send("welcome", p.ID())
	}, func(_ context.Context, p daebus.Peer) {
		fmt.Println(p.ID(), "has gone")
	})
	svc := start(app)
	defer svc.Stop()

	peer := svc.Connect()
	fmt.Println(peer.Read())
	peer.Close()
	// Output:
	// {"type":"welcome","data":"peer1"}
	// peer1 has gone
}

func ExampleBlueprint_PageVersion() {
	app := daebus.New("kiosk")
	app.PageVersion("7f3a")
	svc := start(app)
	defer svc.Stop()

	peer := svc.Connect()
	peer.Write(`{"type":"$hello"}`)
	fmt.Println(peer.Read())
	// Output: {"type":"$hello","data":{"peer":"peer1","service":"kiosk","version":"7f3a"}}
}

func ExampleRefuse() {
	app := daebus.New("kiosk")
	app.OnPeer(func(context.Context, daebus.Peer) error {
		return daebus.Refuse(4001, "closed for today")
	}, nil)
	svc := start(app)
	defer svc.Stop()

	fmt.Println(svc.Connect().Closed())
	// Output: 4001 closed for today
}

func ExampleClient_Peers() {
	app := daebus.New("kiosk")
	app.OnPeer(nil, nil)
	svc := start(app)
	defer svc.Stop()

	peer := svc.Connect()
	for _, p := range app.Peers() {
		fmt.Println(p.ID(), p.Info().Path)
		p.Close(4000, "kicked")
	}
	fmt.Println(peer.Closed())
	// Output:
	// peer1 /ws
	// 4000 kicked
}

func ExampleClient_PushIf() {
	app := daebus.New("kiosk")
	app.OnPeer(nil, nil)
	svc := start(app)
	defer svc.Stop()

	peer := svc.Connect()
	silent := func(p daebus.Peer) bool { return p.Info().In == 0 }
	fmt.Println(app.PushIf("nudge", nil, silent), "screen")
	fmt.Println(peer.Read())
	// Output:
	// 1 screen
	// {"type":"nudge","data":null}
}

func ExampleClient_Push() {
	app := daebus.New("kiosk")
	app.OnPeer(func(_ context.Context, p daebus.Peer) error { p.Join("kitchen"); return nil }, nil)
	svc := start(app)
	defer svc.Stop()

	peer := svc.Connect()
	fmt.Println(app.Push("order", 7, "kitchen"), "screen")
	fmt.Println(peer.Read())
	// Output:
	// 1 screen
	// {"type":"order","data":7}
}

func ExampleBlueprint_Every() {
	app := daebus.New("hello")
	app.Every("heartbeat", 10*time.Second, func(context.Context) error {
		fmt.Println("alive")
		return nil
	})
	svc := start(app)
	defer svc.Stop()

	fmt.Println(svc.RunJob("heartbeat")) // or wait ten seconds
	// Output:
	// alive
	// <nil>
}

func ExampleBlueprint_Cron() {
	app := daebus.New("archive")
	app.Cron("sweep", "30 4 * * mon-fri", func(context.Context) error { return nil })
	app.Cron("polish", "sometimes", func(context.Context) error { return nil })
	fmt.Println(app.Err() != nil) // of the second, with file and line
	// Output: true
}

func ExampleBlueprint_Thread() {
	app := daebus.New("meter")
	done := make(chan struct{})
	app.Thread("count", func(ctx context.Context) error {
		defer close(done)
		for range daebus.Ticks(ctx, time.Millisecond) {
			fmt.Println("counted")
			break
		}
		return nil
	})
	defer start(app).Stop()

	<-done
	// Output: counted
}

func ExampleBlueprint_OnStart() {
	app := daebus.New("hello")
	app.OnStart(func(ctx context.Context) error {
		_, err := app.Broadcast(ctx, "monitoring", "starting")
		fmt.Println("started:", err)
		return nil
	})
	defer start(app).Stop()
	// Output: started: <nil>
}

func ExampleBlueprint_OnLink() {
	app := daebus.New("hello")
	app.OnLink(func(_ context.Context, e daebus.LinkEvent) { fmt.Println("up:", e.Up) })
	bus := daebustest.NewBus()
	svc, err := daebustest.Start(bus, app)
	if err != nil {
		panic(err)
	}
	defer svc.Stop()
	bus.Cut(nil)
	bus.Heal()
	// Output:
	// up: true
	// up: false
	// up: true
}

func ExampleBlueprint_Use() {
	logged := func(next daebus.Handler) daebus.Handler {
		return daebus.HandlerFunc(func(ctx context.Context, req *daebus.Request) (any, error) {
			v, err := next.Serve(ctx, req)
			fmt.Println(req.Name, err)
			return v, err
		})
	}
	app := daebus.New("hello")
	app.Use(logged)
	app.Action("greet", daebus.Func(greet))
	defer start(app).Stop()

	app.Call(ctx, "hello", "greet", Greeting{Name: "Ada"}, nil)
	// Output: greet <nil>
}

func ExampleBlueprint_Mount() {
	camera := new(daebus.Blueprint)
	camera.Action("snap", daebus.Func(func(context.Context, any) (string, error) { return "click", nil }))
	app := daebus.New("kiosk")
	app.Mount("front", camera)
	app.Mount("back", camera)
	defer start(app).Stop()

	var out string
	fmt.Println(app.Call(ctx, "kiosk", "back.snap", nil, &out), out)
	// Output: <nil> click
}
