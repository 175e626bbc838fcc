package daebus_test

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
)

func nothing(context.Context) error { return nil }

var ok = raw

// Each case makes one mistake on the line it stands on.
var mistakes = []struct {
	want string
	line int
	make func(*daebus.App)
}{
	{`action "": the name is empty`, line(), func(a *daebus.App) { a.Action("", ok) }},
	{`action "a b": the name holds a space`, line(), func(a *daebus.App) { a.Action("a b", ok) }},
	{`the name has 256 bytes; want at most 255`, line(), func(a *daebus.App) { a.Action(strings.Repeat("x", 256), ok) }},
	{`the name is not UTF-8`, line(), func(a *daebus.App) { a.Action("\xff", ok) }},
	{`action "a": the handler is nil`, line(), func(a *daebus.App) { a.Action("a", nil) }},
	{`action "a": the handler is nil`, line(), func(a *daebus.App) { a.Action("a", daebus.HandlerFunc(nil)) }},
	{`action "a": the handler is nil`, line(), func(a *daebus.App) { a.Action("a", daebus.Func[int, int](nil)) }},
	{`action "a": the handler is nil`, line(), func(a *daebus.App) { a.Action("a", daebus.Progress[int, int, int](nil)) }},
	{`action "a": the handler is nil`, line(), func(a *daebus.App) { a.Action("a", daebus.Limit(nil, 1)) }},
	{`action "a": Limit is 0; want 1 or more`, line(), func(a *daebus.App) { a.Action("a", daebus.Limit(ok, 0)) }},
	{`action "a": Deadline is 0s; want more than 0`, line(), func(a *daebus.App) { a.Action("a", daebus.Deadline(ok, 0)) }},
	{`action "a": Limit is -1`, line(), func(a *daebus.App) { a.Action("a", daebus.Deadline(daebus.Limit(ok, -1), 1)) }},
	{`action "a": registered before, at `, line(), func(a *daebus.App) { a.Action("a", ok); a.Action("a", ok) }},
	{`listener "a*b": a * is only understood at the end`, line(), func(a *daebus.App) { a.Listen("a*b", ok) }},
	{`listener "": the name is empty`, line(), func(a *daebus.App) { a.Listen("", ok) }},
	{`listener "c": the handler is nil`, line(), func(a *daebus.App) { daebus.Topic[int]("c").Listen(a, nil) }},
	{`this channel carries the service's own requests`, line(), func(a *daebus.App) { a.Listen("app", ok); a.Action("a", ok) }},
	{`socket "$ping": types that begin with $ are the hub's own`, line(), func(a *daebus.App) { a.Socket("$ping", ok) }},
	{`socket "connect": connect and disconnect are hooks`, line(), func(a *daebus.App) { a.Socket("connect", ok) }},
	{`topic "": the name is empty`, line(), func(a *daebus.App) { a.Topic("") }},
	{`topic "a*": a topic with state is one topic`, line(), func(a *daebus.App) { daebus.Topic[int]("a*").Declare(a) }},
	{`topic "t": registered before`, line(), func(a *daebus.App) { a.Topic("t"); a.Topic("t") }},
	{`socket "s": registered before`, line(), func(a *daebus.App) { a.Socket("s", ok); a.Socket("s", ok) }},
	{`route "/": the handler is nil`, line(), func(a *daebus.App) { a.Route("/", nil) }},
	{`route "/": the handler is nil`, line(), func(a *daebus.App) { a.Route("/", daebus.HTTP(nil)) }},
	{`route "/{": `, line(), func(a *daebus.App) { a.Route("/{", daebus.HTTP(ok)) }},
	{`route "/x": registered before`, line(), func(a *daebus.App) { a.Route("/x", daebus.HTTP(ok)); a.Route("/x", http.NotFoundHandler()) }},
	{`route "/x/{b}": conflicts with "/{a}/x", registered at `, line(), func(a *daebus.App) { a.Route("/{a}/x", daebus.HTTP(ok)); a.Route("/x/{b}", daebus.HTTP(ok)) }},
	{`job "j": the interval is 0s; want more than 0`, line(), func(a *daebus.App) { a.Every("j", 0, nothing) }},
	{`job "j": the handler is nil`, line(), func(a *daebus.App) { a.Every("j", time.Second, nil) }},
	{`job "j": registered before`, line(), func(a *daebus.App) { a.Every("j", 1, nothing); a.Cron("j", "@daily", nothing) }},
	{`job "j": cron spec "often" has 1 fields`, line(), func(a *daebus.App) { a.Cron("j", "often", nothing) }},
	{`thread "": the name is empty`, line(), func(a *daebus.App) { a.Thread("", nothing) }},
	{`thread "t": registered before`, line(), func(a *daebus.App) { a.Thread("t", nothing); a.Thread("t", nothing) }},
	{`OnStart: the handler is nil`, line(), func(a *daebus.App) { a.OnStart(nil) }},
	{`OnLink: the handler is nil`, line(), func(a *daebus.App) { a.OnLink(nil) }},
	{`Use: the handler is nil`, line(), func(a *daebus.App) { a.Use(nil); a.Action("a", ok) }},
	{`action "a": its middleware returned nil`, line(), func(a *daebus.App) { a.Use(toNil); a.Action("a", ok) }},
	{`mount "": the handler is nil`, line(), func(a *daebus.App) { a.Mount("", nil) }},
	{`mount "a/b": a prefix must not hold any of / { } *`, line(), func(a *daebus.App) { a.Mount("a/b", new(daebus.Blueprint)) }},
	{`mount "x": the blueprint is mounted into itself`, line(), func(a *daebus.App) { a.Mount("x", a.Blueprint) }},
	{`action "a": its contract is of the service other, not app`, line(), func(a *daebus.App) { other.Handle(a, successor) }},
	{`action "a": its contract is of the service other, not app`, line(), func(a *daebus.App) { b := new(daebus.Blueprint); other.Handle(b, successor); a.Mount("", b) }},
	{`action "a": its contract does not know the prefix "x"; mount it with none`, line(), func(a *daebus.App) { b := new(daebus.Blueprint); own.Handle(b, successor); a.Mount("x", b) }},
}

var (
	own   = daebus.Method[int, int]{Service: "app", Action: "a"}
	other = daebus.Method[int, int]{Service: "other", Action: "a"}
)

func successor(context.Context, int) (int, error) { return 0, nil }

func toNil(daebus.Handler) daebus.Handler { return nil }

// line is the line it is called on.
func line() int {
	_, _, n, _ := runtime.Caller(1)
	return n
}

func TestMistakes(t *testing.T) {
	_, file, _, _ := runtime.Caller(0)
	for _, c := range mistakes {
		app := daebus.New("app")
		c.make(app)
		err := app.Err()
		if err == nil {
			t.Errorf("line %d: no mistake found, want %s", c.line, c.want)
			continue
		}
		if text := err.Error(); !strings.HasPrefix(text, fmt.Sprintf("%s:%d: ", file, c.line)) || !strings.Contains(text, c.want) || strings.Contains(text, "\n") {
			t.Errorf("got %s\nwant %s:%d: … %s", text, filepath.Base(file), c.line, c.want)
		}
	}
}

func TestServiceNames(t *testing.T) {
	for name, want := range map[string]string{
		"":         "the name is empty",
		"a b":      "a space",
		"a*":       "must not hold any of",
		"a[b]":     "must not hold any of",
		"caller:x": "are inboxes",
		"kiosk-1":  "",
		"küche.2":  "",
	} {
		err := daebus.New(name).Err()
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: got %v, want %q", name, err, want)
		}
	}
}

func TestMistakesAreReturnedTogether(t *testing.T) {
	app := daebus.New("")
	app.Action("", ok)
	sub := new(daebus.Blueprint)
	sub.Thread("t", nil)
	app.Mount("sub", sub)
	app.Mount("again", sub)
	err := app.Err()
	joined, is := err.(interface{ Unwrap() []error })
	if !is || len(joined.Unwrap()) != 3 {
		t.Errorf("got %v, want three mistakes", err)
	}
	if _, err := app.Service(); err == nil {
		t.Error("a broken app was made ready to run")
	}
}
