package edge_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge"
	"github.com/daebus/daebus-go/edge/internal/redistest"
)

// taken is an address that somebody else listens on.
func taken(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	return ln.Addr().String()
}

// freeAddress is one at which nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// A start that fails says what to do about it and leaves nothing running; that
// is checked when the tests have ended.
func TestStartFails(t *testing.T) {
	t.Parallel()
	other := taken(t)
	pem := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(pem, []byte("not a certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		cfg  edge.Config
		want string
	}{
		{"HTTP port", edge.Config{Bus: "redis://127.0.0.1:1", HTTP: other}, "http: " + other + " is taken by another process; stop that one, or choose another address with --http"},
		{"broker port", edge.Config{Bus: "embedded://" + other}, "broker: " + other + " is taken by another process; stop that one, or choose another address with --bus"},
		{"authorities", edge.Config{Bus: "rediss://127.0.0.1:1", BusCA: pem}, "no PEM certificate in it"},
		{"no authorities", edge.Config{Bus: "rediss://127.0.0.1:1", BusCA: pem + "x"}, "bus_ca"},
		{"setting", edge.Config{Bus: "http://127.0.0.1"}, "config: bus"},
	} {
		t.Run(c.name, func(t *testing.T) {
			app := daebus.New("worker")
			app.OnStart(func(context.Context) error {
				t.Error("OnStart was called")
				return nil
			})
			err := launch(t, app, c.cfg).wait(t)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestOnStartStopsTheStart(t *testing.T) {
	t.Parallel()
	bus := "redis://" + redistest.Start(t).Addr
	app := daebus.New("worker")
	app.Action("work", daebus.Func(newGated().serve))
	app.Thread("wait", func(context.Context) error {
		t.Error("the thread was started")
		return nil
	})
	app.OnStart(func(ctx context.Context) error {
		_, err := app.Broadcast(ctx, "anybody", 1)
		return err // the bus is there already
	})
	app.OnStart(func(context.Context) error { return errBoom })
	app.OnStart(func(context.Context) error {
		t.Error("the next OnStart was called")
		return nil
	})
	err := launch(t, app, edge.Config{Bus: bus}).wait(t)
	if !errors.Is(err, errBoom) || !strings.Contains(err.Error(), "start") {
		t.Errorf("got %v, want start: boom", err)
	}
}

// Every mistake is told at once, and before anything is opened: the address
// that is taken is not among them.
func TestMistakesComeFirst(t *testing.T) {
	t.Parallel()
	app := daebus.New("worker")
	app.Action("", nil)
	app.Every("never", 0, nil)
	app.Cron("odd", "61 * * * *", func(context.Context) error { return nil })
	app.Route("GEET /x y", nil)
	app.Listen("a*b", daebus.Func(newGated().serve))
	other := taken(t)
	err := launch(t, app, edge.Config{Bus: "embedded://" + other, HTTP: other, Workers: -1}).wait(t)
	if err == nil {
		t.Fatal("it ran")
	}
	for _, want := range []string{"action", "never", "odd", "route", "a*b", "start_test.go:", "workers"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in:\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), "taken") {
		t.Errorf("something was opened:\n%v", err)
	}
}

func TestStoppedBeforeTheBusAnswers(t *testing.T) {
	t.Parallel()
	silent := taken(t) // accepts, and says nothing
	s := launch(t, daebus.New("worker"), edge.Config{Bus: "redis://" + silent})
	if err := s.stop(t); err != nil {
		t.Errorf("Run: %v", err)
	}
}
