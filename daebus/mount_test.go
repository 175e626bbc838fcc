package daebus_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

// newCamera answers over every door.
func newCamera() *daebus.Blueprint {
	b := new(daebus.Blueprint)
	b.Action("snap", raw)
	b.Socket("snap", raw)
	b.Route("GET /snap", daebus.HTTP(raw))
	b.Listen("light", raw)
	b.Every("clean", time.Hour, nothing)
	b.Thread("focus", func(context.Context) error { return nil })
	return b
}

func TestMountTwiceAndNested(t *testing.T) {
	camera, house := newCamera(), new(daebus.Blueprint)
	house.Mount("front", camera)
	house.Mount("back", camera)
	app := daebus.New("app")
	app.Mount("house", house)
	app.Mount("", camera)
	bus := daebustest.NewBus()
	svc := daebustest.Run(t, bus, app)

	for _, prefix := range []string{"", "house.front.", "house.back."} {
		if err := app.Call(t.Context(), "app", prefix+"snap", nil, nil); err != nil {
			t.Error(err)
		}
		peer := svc.Connect()
		peer.Send(prefix+"snap", 1)
		equal(t, "socket "+prefix, peer.Read(), `{"type":"response","data":1}`)
		path := "/" + strings.ReplaceAll(prefix, ".", "/") + "snap"
		equal(t, path, svc.HTTP("GET", path, nil).Code, 200)
		if err := svc.RunJob(prefix + "clean"); err != nil {
			t.Error(err)
		}
	}
	if err := app.Call(t.Context(), "app", "front.snap", nil, nil); daebus.CodeOf(err) != daebus.NotFound {
		t.Errorf("got %v, want not_found", err)
	}
	n, _ := app.Broadcast(t.Context(), "light", 1)
	equal(t, "listeners on a channel, whose name takes no prefix", n, 3)
}

func TestMountedHostPattern(t *testing.T) {
	sub, app := new(daebus.Blueprint), daebus.New("app")
	sub.Route("GET kiosk.local/x", daebus.HTTP(raw))
	app.Mount("a.b", sub)
	svc := daebustest.Run(t, daebustest.NewBus(), app)
	equal(t, "status", svc.HTTP("GET", "http://kiosk.local/a/b/x", nil).Code, 200)
}

func TestMountAddsHooks(t *testing.T) {
	var got []string
	note := func(what string) func(context.Context) error {
		return func(context.Context) error { got = append(got, what); return nil }
	}
	sub, app := new(daebus.Blueprint), daebus.New("app")
	sub.OnStart(note("sub"))
	sub.OnPeer(func(context.Context, daebus.Peer) error { got = append(got, "join"); return nil }, nil)
	sub.OnLink(func(_ context.Context, e daebus.LinkEvent) { got = append(got, "link") })
	app.Mount("sub", sub)
	app.OnStart(note("app"))
	daebustest.Run(t, daebustest.NewBus(), app).Connect()
	equal(t, "hooks", got, "[app sub link join]")
}

func TestMountMistakes(t *testing.T) {
	a, b, app := new(daebus.Blueprint), new(daebus.Blueprint), daebus.New("app")
	a.Mount("b", b)
	b.Mount("a", a)
	app.Mount("", a)
	if err := app.Err(); err == nil || strings.Count(err.Error(), "mounted into itself") != 1 {
		t.Errorf("got %v, want one cycle", err)
	}
	own := daebus.New("app")
	own.Mount("$sys", newCamera())
	if err := own.Err(); err == nil || !strings.Contains(err.Error(), `socket "$sys.snap": types that begin with $`) {
		t.Errorf("got %v", err)
	}
	twice := daebus.New("app")
	twice.Mount("x", newCamera())
	twice.Mount("x", newCamera())
	for _, want := range []string{`action "x.snap"`, `socket "x.snap"`, `route "GET /x/snap"`, `job "x.clean"`, `thread "x.focus"`} {
		if err := twice.Err(); err == nil || !strings.Contains(err.Error(), want+": registered before") {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	sub := new(daebus.Blueprint)
	sub.Route("nopath", daebus.HTTP(raw))
	odd := daebus.New("app")
	odd.Mount("p", sub)
	if err := odd.Err(); err == nil || !strings.Contains(err.Error(), `route "nopath"`) {
		t.Errorf("got %v", err)
	}
}
