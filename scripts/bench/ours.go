package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"path/filepath"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge"
	"github.com/daebus/daebus-go/edge/broker"
)

const serviceName = "bench"

var (
	raw = daebus.HandlerFunc(func(_ context.Context, req *daebus.Request) (any, error) {
		return req.Raw(req.Payload), nil
	})
	typed = daebus.Func(func(_ context.Context, m message) (message, error) { return m, nil })
)

// config is as shipped, but that as many requests may wait as there are callers:
// by default the 41st is told that the service is busy.
func config(bus string) edge.Config {
	return edge.Config{Bus: bus, Queue: maxCallers, LogLevel: slog.LevelWarn, BrokerDir: "none"}
}

// service answers with h, in a process of its own.
func service(h daebus.Handler) part {
	return func(ctx context.Context, bus string, ready func(news)) error {
		app := daebus.New(serviceName)
		app.Action(echo, h)
		app.OnStart(func(context.Context) error { ready(news{}); return nil })
		return edge.Run(ctx, app, config(bus))
	}
}

// callers ask, in a process of their own.
func callers(ctx context.Context, bus string, ready func(news)) error {
	c, closing, err := edge.Dial(ctx, config(bus))
	if err != nil {
		return err
	}
	ready(news{callers: callersOf(c)})
	<-ctx.Done()
	return closing()
}

// hosting is a service that hosts the broker, as on a device with nothing else.
func hosting(ctx context.Context, _ string, ready func(news)) error {
	address, err := freeAddress()
	if err != nil {
		return err
	}
	app := daebus.New(serviceName)
	app.Action(echo, raw)
	app.OnStart(func(context.Context) error { ready(news{bus: "redis://" + address}); return nil })
	return edge.Run(ctx, app, config("embedded://"+address))
}

// whole is a service that hosts the broker and asks itself.
func whole(ctx context.Context, _ string, ready func(news)) error {
	app := daebus.New(serviceName)
	app.Action(echo, raw)
	app.OnStart(func(context.Context) error { ready(news{callers: callersOf(app.Client)}); return nil })
	return edge.Run(ctx, app, config("embedded://127.0.0.1:0"))
}

func callersOf(c *daebus.Client) newCaller {
	return func(payload []byte) ask {
		var in any = json.RawMessage(payload) // boxed once for all calls
		out := new(json.RawMessage)
		return func(ctx context.Context) ([]byte, error) {
			err := c.Call(ctx, serviceName, echo, in, out)
			return *out, err
		}
	}
}

func brokerTCP(ctx context.Context, _ string, ready func(news)) error {
	return serveBroker(ctx, "tcp", "127.0.0.1:0", "redis://", ready)
}

func brokerUnix(ctx context.Context, dir string, ready func(news)) error {
	return serveBroker(ctx, "unix", filepath.Join(dir, "socket"), "unix://", ready)
}

func serveBroker(ctx context.Context, network, address, scheme string, ready func(news)) error {
	ln, err := net.Listen(network, address)
	if err != nil {
		return err
	}
	ready(news{bus: scheme + ln.Addr().String()})
	// As a service configures the broker that it hosts: one with hundreds of
	// callers is a subscriber with megabytes on the way to it.
	return broker.New(broker.Config{HardOutput: 8 << 20, Logger: slog.Default()}).Serve(ctx, ln)
}
