package client_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge"
	"github.com/daebus/daebus-go/edge/hub/client"
)

// maxScript is what a page on a slow link waits for.
const maxScript = 8 << 10

func TestScriptIsServed(t *testing.T) {
	handler := client.Handler()
	for _, c := range []struct{ file, kind string }{
		{"daebus.js", "text/javascript; charset=utf-8"},
		{"daebus.d.ts", "text/plain; charset=utf-8"},
	} {
		want, err := os.ReadFile(c.file)
		if err != nil {
			t.Fatal(err)
		}
		first := httptest.NewRecorder()
		handler.ServeHTTP(first, httptest.NewRequest("GET", "/"+c.file, nil))
		if first.Code != http.StatusOK || first.Body.String() != string(want) || first.Header().Get("Content-Type") != c.kind {
			t.Errorf("%s: got %d, %d bytes, %v", c.file, first.Code, first.Body.Len(), first.Header())
		}
		again := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "/"+c.file, nil)
		r.Header.Set("If-None-Match", first.Header().Get("ETag"))
		handler.ServeHTTP(again, r)
		if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
			t.Errorf("%s again: got %d and %d bytes, want 304 and none", c.file, again.Code, again.Body.Len())
		}
		if c.file == "daebus.js" && len(want) > maxScript {
			t.Errorf("daebus.js has %d bytes, want at most %d", len(want), maxScript)
		}
	}
}

func TestScript(t *testing.T) { runNode(t, "daebus.test.js") }

func TestScriptAgainstService(t *testing.T) {
	app := daebus.New("kiosk")
	app.PageVersion("v1")
	app.Socket("greet", daebus.Func(func(_ context.Context, in struct{ Name string }) (map[string]string, error) {
		if in.Name == "" {
			return nil, daebus.Errorf(daebus.Invalid, "name is empty")
		}
		return map[string]string{"text": "hello " + in.Name}, nil
	}))
	app.Socket("nothing", daebus.Func(func(context.Context, struct{}) (any, error) { return nil, nil }))
	app.Socket("count", daebus.Progress(func(_ context.Context, n int, report func(int) error) (string, error) {
		for i := range n {
			if err := report(i + 1); err != nil {
				return "", err
			}
		}
		return "done", nil
	}))
	app.Socket("push", daebus.Func(func(_ context.Context, in map[string]string) (any, error) {
		app.Push("message", in)
		return nil, nil
	}))
	app.Socket("cut", cut{})
	app.Listen("door", daebus.Func(func(_ context.Context, in map[string]bool) (any, error) {
		app.Push("door", in)
		return nil, nil
	}))
	app.Topic("climate")
	app.Socket("show", daebus.Func(func(_ context.Context, in json.RawMessage) (any, error) { return nil, app.Show("climate", in) }))
	address := serve(t, app)
	runNode(t, "live.test.js", "KIOSK=http://"+address)
}

// cut ends the connection of whoever asks for it.
type cut struct{}

func (cut) Serve(ctx context.Context, r *daebus.Request) (any, error) {
	r.Peer.Close(1012, "cut")
	<-ctx.Done()
	return nil, ctx.Err()
}

// serve runs an app until the test ends, and returns its HTTP address.
func serve(t *testing.T, app *daebus.App) string {
	t.Helper()
	address := freeAddress(t)
	cfg := edge.Config{
		Bus: "embedded://" + freeAddress(t), BrokerDir: "none", HTTP: address, Bridge: []string{"door"},
		Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
	started := make(chan struct{})
	app.Thread("started", func(context.Context) error {
		close(started)
		return nil
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- edge.Run(ctx, app, cfg) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	select {
	case <-started:
	case <-time.After(patience):
		t.Fatalf("not started in %v", patience)
	}
	return address
}

// freeAddress is an address that nobody listens on at the moment.
func freeAddress(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// patience is far more than anything here takes.
const patience = 2 * time.Minute

// runNode runs a file of tests in Node, 20 or newer. Without it the test is
// skipped, or fails when DAEBUS_REQUIRE_ALL is 1.
func runNode(t *testing.T, file string, env ...string) {
	t.Helper()
	args := []string{"--experimental-websocket", "--test-reporter=spec", "--test", file}
	if err := exec.Command("node", "-e", "[].toSorted()").Run(); err != nil {
		missing(t, "node, 20 or newer, is not there: "+err.Error())
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", args...)
	cmd.Env = append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("node %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("DAEBUS_REQUIRE_ALL") == "1" {
		t.Fatal(what)
	}
	t.Skip(what)
}
