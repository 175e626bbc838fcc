package hub_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/hub"
	"github.com/daebus/daebus-go/edge/internal/leak"
	"github.com/daebus/daebus-go/edge/internal/pool"
)

func TestMain(m *testing.M) { leak.Main(m) }

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

var echo = daebus.HandlerFunc(func(_ context.Context, req *daebus.Request) (any, error) {
	return json.RawMessage(req.Payload), nil
})

// newApp returns a service that echoes.
func newApp() *daebus.App {
	app := daebus.New("kiosk")
	app.Socket("echo", echo)
	return app
}

// served is a hub behind a real server.
type served struct {
	*hub.Hub
	url string
	log *logBuffer
}

// serve runs app behind a hub until the test ends.
func serve(t testing.TB, app *daebus.App, cfg hub.Config) *served {
	t.Helper()
	h, log := newHub(t, app, cfg)
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	t.Cleanup(func() { closeHub(t, h) })
	return &served{h, server.URL, log}
}

func newHub(t testing.TB, app *daebus.App, cfg hub.Config) (*hub.Hub, *logBuffer) {
	t.Helper()
	service, err := app.Service()
	if err != nil {
		t.Fatal(err)
	}
	workers := pool.New(8, 1000, nil)
	t.Cleanup(func() { workers.Close(context.Background()) })
	log := new(logBuffer)
	cfg.Service = service
	cfg.Log = slog.New(slog.NewTextHandler(log, nil))
	if cfg.NewLane == nil {
		cfg.NewLane = func() hub.Lane { return workers.NewLane(1, 16) }
	}
	return hub.New(cfg), log
}

func closeHub(t testing.TB, h *hub.Hub) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := h.Close(ctx, nil); err != nil {
		t.Error(err)
	}
}

// logBuffer is what was logged.
type logBuffer struct {
	mu  sync.Mutex // guards below
	buf bytes.Buffer
}

func (l *logBuffer) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

func (l *logBuffer) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bytes.Count(l.buf.Bytes(), []byte(text))
}

// client is a peer seen from its own end.
type client struct {
	t   testing.TB
	ctx context.Context
	*websocket.Conn
}

func dial(t testing.TB, url string) *client {
	t.Helper()
	return dialWith(t, url, nil)
}

func dialWith(t testing.TB, url string, opts *websocket.DialOptions) *client {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	conn, _, err := websocket.Dial(ctx, url, opts)
	if err != nil {
		t.Fatal(err)
	}
	conn.SetReadLimit(4 << 20)
	t.Cleanup(func() { conn.CloseNow() })
	return &client{t, ctx, conn}
}

func (c *client) send(frame string) {
	c.t.Helper()
	if err := c.Write(c.ctx, websocket.MessageText, []byte(frame)); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) receive() string {
	c.t.Helper()
	_, frame, err := c.Read(c.ctx)
	if err != nil {
		c.t.Fatal(err)
	}
	return string(frame)
}

func (c *client) want(frame string) {
	c.t.Helper()
	if got := c.receive(); !sameJSON(got, frame) {
		c.t.Fatalf("got %.200s, want %.200s", got, frame)
	}
}

func (c *client) wantClosed(code websocket.StatusCode) {
	c.t.Helper()
	_, frame, err := c.Read(c.ctx)
	if got := websocket.CloseStatus(err); got != code {
		c.t.Fatalf("got frame %.200q and error %v, want close code %d", frame, err, code)
	}
}

func sameJSON(a, b string) bool {
	return canonical(a) == canonical(b)
}

func canonical(s string) string {
	var v any
	if json.Unmarshal([]byte(s), &v) != nil {
		return s
	}
	text, _ := json.Marshal(v)
	return string(text)
}

// within fails the test when nothing comes from ch.
func within[T any](t testing.TB, ch <-chan T) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(patience):
		t.Fatal("it did not happen")
		panic("unreachable")
	}
}

// answer is what a plain HTTP client gets.
func answer(t *testing.T, req *http.Request) (status int, body map[string]string) {
	t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	defer http.DefaultClient.CloseIdleConnections()
	if err := json.NewDecoder(resp.Body).Decode(&body); err != nil {
		t.Errorf("the body is not JSON: %v", err)
	}
	if got := resp.Header.Get("Content-Type"); got != "application/json" {
		t.Errorf("got content type %q", got)
	}
	return resp.StatusCode, body
}
