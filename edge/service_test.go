package edge_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge"
	"github.com/daebus/daebus-go/edge/internal/leak"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

func TestMain(m *testing.M) { leak.Main(m) }

// patience is for what should take milliseconds, on a machine that is busy.
const patience = 20 * time.Second

// service is an App that runs in this process.
type service struct {
	*daebus.App
	log    *logBuffer
	cancel context.CancelFunc
	done   chan struct{}
	err    error // of Run, once done is closed
}

// start runs app until the test ends, and returns once it says that it runs.
func start(t *testing.T, app *daebus.App, cfg edge.Config) *service {
	t.Helper()
	s := launch(t, app, cfg)
	eventually(t, app.Name()+" runs", func() bool {
		select {
		case <-s.done:
			t.Fatalf("%s: %v; its log:\n%s", app.Name(), s.err, s.log)
		default:
		}
		return strings.Contains(s.log.String(), "msg=running ")
	})
	return s
}

// launch is start without the waiting.
func launch(t *testing.T, app *daebus.App, cfg edge.Config) *service {
	t.Helper()
	s := &service{App: app, log: new(logBuffer), done: make(chan struct{})}
	cfg.Logger = slog.New(slog.NewTextHandler(s.log, nil))
	if cfg.HTTP == "" {
		cfg.HTTP = "127.0.0.1:0"
	}
	if cfg.StateDir == "" {
		cfg.StateDir = t.TempDir()
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	go func() {
		defer close(s.done)
		s.err = edge.Run(ctx, app, cfg)
	}()
	t.Cleanup(func() { s.stop(t) })
	return s
}

// stop ends the service as a signal would, and returns what Run did.
func (s *service) stop(t *testing.T) error {
	t.Helper()
	s.cancel()
	return s.wait(t)
}

func (s *service) wait(t *testing.T) error {
	t.Helper()
	select {
	case <-s.done:
		return s.err
	case <-time.After(patience):
		t.Fatalf("%s does not stop; its log:\n%s", s.Name(), s.log)
		return nil
	}
}

// said waits for a line of log and returns what the parentheses of the pattern
// match in it.
func (s *service) said(t *testing.T, pattern string) (match string) {
	t.Helper()
	find := regexp.MustCompile(pattern)
	eventually(t, pattern+" in the log", func() bool {
		found := find.FindStringSubmatch(s.log.String())
		if found != nil {
			match = found[len(found)-1]
		}
		return found != nil
	})
	return match
}

// url is where the service's HTTP is.
func (s *service) url(t *testing.T) string {
	t.Helper()
	return s.said(t, `msg="serving HTTP" addr=(\S+)`)
}

// eventually polls until ok reports true.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(patience); !ok(); {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("in vain waited for: %s", what)
		}
	}
}

// receive takes what must come.
func receive[T any](t *testing.T, from <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-from:
	case <-time.After(patience):
		t.Fatal("nothing came")
	}
	return v
}

func wantCode(t *testing.T, err error, code daebus.Code) {
	t.Helper()
	if err == nil || daebus.CodeOf(err) != code {
		t.Errorf("got error %v, want code %q", err, code)
	}
}

// logBuffer is a log that may be read while it is written.
type logBuffer struct {
	mu  sync.Mutex // guards below
	out bytes.Buffer
}

func (l *logBuffer) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.Write(b)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.String()
}

// stranger is a client of the broker that knows nothing of daebus.
type stranger struct {
	t    *testing.T
	conn net.Conn
	in   *resp.Reader
}

func dialStranger(t *testing.T, addr string) *stranger {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(patience))
	return &stranger{t, conn, resp.NewReader(conn, resp.Limits{})}
}

func (s *stranger) do(words ...string) resp.Reply {
	s.t.Helper()
	if _, err := s.conn.Write(resp.AppendCommand(nil, words...)); err != nil {
		s.t.Fatal(err)
	}
	return s.read()
}

func (s *stranger) read() resp.Reply {
	s.t.Helper()
	r, err := s.in.ReadReply()
	if err != nil || r.Failed() {
		s.t.Fatalf("got %q, %v", r.Bytes, err)
	}
	return r
}

// message returns the next message on what it is subscribed to.
func (s *stranger) message() string {
	s.t.Helper()
	r := s.read()
	if len(r.Elems) != 3 || string(r.Elems[0].Bytes) != "message" {
		s.t.Fatalf("got %+v, want a message", r)
	}
	return string(r.Elems[2].Bytes)
}

var errBoom = errors.New("boom")
