package link_test

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/internal/leak"
	"github.com/daebus/daebus-go/edge/internal/resp"
	"github.com/daebus/daebus-go/edge/link"
)

func TestMain(m *testing.M) { leak.Main(m) }

// patience is for what should take milliseconds, on a machine that is busy.
const patience = 20 * time.Second

// runner is a link that runs, and what it said.
type runner struct {
	*link.Link
	events chan daebus.LinkEvent
	log    *log
	stop   func() // ends Run and waits for it
}

// run runs a link until the test ends.
func run(t *testing.T, cfg link.Config) *runner {
	t.Helper()
	r := &runner{events: make(chan daebus.LinkEvent, 1000), log: new(log)}
	if cfg.Ping == 0 {
		cfg.Ping = time.Second
	}
	cfg.OnEvent = func(e daebus.LinkEvent) { r.events <- e }
	cfg.Log = slog.New(slog.NewTextHandler(r.log, nil))
	r.Link = link.New(cfg)
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { r.Run(ctx) })
	r.stop = func() {
		cancel()
		wg.Wait()
	}
	t.Cleanup(r.stop)
	return r
}

// up runs a link and waits until it is up.
func up(t *testing.T, cfg link.Config) *runner {
	t.Helper()
	r := run(t, cfg)
	r.event(t, true)
	return r
}

// event waits for the next event, which must be of the kind.
func (r *runner) event(t *testing.T, up bool) daebus.LinkEvent {
	t.Helper()
	select {
	case e := <-r.events:
		if e.Up != up {
			t.Fatalf("got event %+v, want up %v", e, up)
		}
		return e
	case <-time.After(patience):
		t.Fatalf("no event, want up %v; the link says %v; its log:\n%s", up, r.Err(), r.log)
	}
	return daebus.LinkEvent{}
}

// inbox collects what a subscription gets.
type inbox chan string

func (r *runner) subscribe(t *testing.T, channel string) (in inbox, stop func()) {
	t.Helper()
	in = make(inbox, 10_000)
	stop, err := r.Subscribe(t.Context(), channel, func(channel string, msg []byte) {
		in <- channel + " " + string(msg)
	})
	if err != nil {
		t.Fatal(err)
	}
	return in, stop
}

func (in inbox) want(t *testing.T, texts ...string) {
	t.Helper()
	for _, want := range texts {
		select {
		case got := <-in:
			if got != want {
				t.Fatalf("got message %q, want %q", got, want)
			}
		case <-time.After(patience):
			t.Fatalf("no message, want %q", want)
		}
	}
}

func (r *runner) publish(t *testing.T, channel, msg string, receivers int) {
	t.Helper()
	got, err := r.Publish(t.Context(), channel, []byte(msg))
	if err != nil || got != receivers {
		t.Fatalf("publish on %q: got %d receivers, %v, want %d", channel, got, err, receivers)
	}
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

// command runs commands, their words separated by blanks, on a connection of
// its own, and returns the last reply as text.
func command(t *testing.T, addr string, lines ...string) (reply string) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	in := resp.NewReader(conn, resp.Limits{})
	for _, line := range lines {
		if _, err := conn.Write(resp.AppendCommand(nil, strings.Fields(line)...)); err != nil {
			t.Fatal(err)
		}
		r, err := in.ReadReply()
		if err != nil || r.Failed() {
			t.Fatalf("%s: %q, %v", line, r.Bytes, err)
		}
		reply = string(r.Bytes)
	}
	return reply
}

// log is a log that may be read while it is written.
type log struct {
	mu  sync.Mutex // guards below
	out bytes.Buffer
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.Write(b)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.String()
}

// want fails unless the log has exactly these lines, each with its words.
func (l *log) want(t *testing.T, lines ...string) {
	t.Helper()
	got := strings.Split(strings.TrimSpace(l.String()), "\n")
	if l.String() == "" {
		got = nil
	}
	if len(got) != len(lines) {
		t.Fatalf("got %d lines of log, want %d:\n%s", len(got), len(lines), l)
	}
	for i, want := range lines {
		if !strings.Contains(got[i], want) {
			t.Errorf("line %d of the log is %q, want %q in it", i, got[i], want)
		}
	}
}
