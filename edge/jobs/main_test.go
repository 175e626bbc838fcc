package jobs_test

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/internal/leak"
	"github.com/daebus/daebus-go/edge/jobs"
)

func TestMain(m *testing.M) { leak.Main(m) }

// lines is a log at the given level, without time stamps.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func (l *lines) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	}))
}

// running runs list until the test ends or stop is called, which waits.
func running(t *testing.T, log *slog.Logger, list ...daebus.Job) (s *jobs.Scheduler, stop func()) {
	t.Helper()
	s, err := jobs.New(list, log)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { s.Run(ctx) })
	return s, func() { cancel(); wg.Wait() }
}

// beats notes at which times after start it was called. The first slow calls
// take a while. Read it when the jobs have stopped.
type beats struct {
	start time.Time
	slow  int
	takes time.Duration
	at    []time.Duration
}

func (b *beats) beat(context.Context) error {
	b.at = append(b.at, time.Since(b.start))
	if len(b.at) <= b.slow {
		time.Sleep(b.takes)
	}
	return nil
}

func seconds(n ...int) (list []time.Duration) {
	for _, n := range n {
		list = append(list, time.Duration(n)*time.Second)
	}
	return list
}
