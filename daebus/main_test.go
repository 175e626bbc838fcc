package daebus_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

// TestMain fails when the tests leave goroutines behind.
func TestMain(m *testing.M) {
	code := m.Run()
	deadline := time.Now().Add(5 * time.Second)
	for code == 0 {
		left := ours()
		if left == "" {
			break
		}
		if time.Now().After(deadline) {
			fmt.Fprintf(os.Stderr, "goroutines left after the tests:\n\n%s\n", left)
			code = 1
		}
		time.Sleep(time.Millisecond)
	}
	os.Exit(code)
}

var foreign = []string{"testing.", "runtime.", "os/signal."}

// ours is the stacks of goroutines, but for the calling one and those of
// package testing, which waits for signals when it fuzzes.
func ours() string {
	buf := make([]byte, 1<<20)
	buf = buf[:runtime.Stack(buf, true)]
	var left []string
	for _, stack := range strings.Split(string(buf), "\n\n")[1:] {
		if !slices.ContainsFunc(foreign, func(by string) bool { return strings.Contains(stack, "created by "+by) }) {
			left = append(left, stack)
		}
	}
	return strings.Join(left, "\n\n")
}

// run runs apps on one bus, as the Examples do.
func run(apps ...*daebus.App) (stop func()) {
	bus := daebustest.NewBus()
	var stops []func()
	for _, app := range apps {
		svc, err := daebustest.Start(bus, app)
		if err != nil {
			panic(err)
		}
		stops = append(stops, svc.Stop)
	}
	return func() {
		for _, stop := range stops {
			stop()
		}
	}
}

// heard keeps what is published on a channel.
func heard(t testing.TB, bus *daebustest.Bus, channel string) *[]string {
	t.Helper()
	var got []string
	_, err := bus.Subscribe(context.Background(), channel, func(channel string, msg []byte) {
		got = append(got, channel+" "+string(msg))
	})
	if err != nil {
		t.Fatal(err)
	}
	return &got
}

func equal(t testing.TB, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

// raw is a handler that answers with the payload as it came.
var raw = daebus.HandlerFunc(func(_ context.Context, req *daebus.Request) (any, error) {
	return req.Raw(req.Payload), nil
})

// failing is a handler that fails with err.
func failing(err error) daebus.Handler {
	return daebus.HandlerFunc(func(context.Context, *daebus.Request) (any, error) { return nil, err })
}
