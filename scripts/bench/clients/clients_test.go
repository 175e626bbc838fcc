// Package clients_test has Go's other Redis clients use the embedded broker as a
// service does, and a Redis server too when there is one: what the tests want is
// what Redis does.
package clients_test

import (
	"context"
	"net"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/edge/broker"
)

// patience is for what should take milliseconds, on a machine that is busy.
const patience = 20 * time.Second

// database is one that other tests beside the same Redis server leave alone.
const database = 11

const stream = "shop.*:stream"

// each runs a test at every server there is.
func each(t *testing.T, test func(t *testing.T, addr string)) {
	t.Run("broker", func(t *testing.T) { test(t, serve(t)) })
	t.Run("redis-server", func(t *testing.T) {
		addr, ok := strings.CutPrefix(os.Getenv("DAEBUS_TEST_REDIS"), "redis://")
		if !ok {
			t.Skip("no Redis to compare with; to run this test: scripts/with-redis.sh go -C scripts/bench test ./clients")
		}
		test(t, addr)
	})
}

// serve runs a broker until the test ends.
func serve(t *testing.T) (addr string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- broker.New(broker.Config{}).Serve(ctx, ln) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return ln.Addr().String()
}

// is checks the two results of a call.
func is(t *testing.T, want any) func(got any, err error) {
	t.Helper()
	return func(got any, err error) {
		t.Helper()
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("got %#v, %v, want %#v", got, err, want)
		}
	}
}

// must returns the result of a call that has to work.
func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(patience); !ok(); {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("in vain waited for: %s", what)
		}
	}
}

// hear returns the next message, or ends the test.
func hear(t *testing.T, messages <-chan string) string {
	t.Helper()
	select {
	case m := <-messages:
		return m
	case <-time.After(patience):
		t.Fatal("no message came")
		return ""
	}
}
