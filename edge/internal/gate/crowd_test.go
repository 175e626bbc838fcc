package gate_test

import (
	"bufio"
	"bytes"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/daebus/daebus-go/edge/internal/gate"
)

// caller is a connection to a server.
type caller struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
}

func call(t *testing.T, s *httptest.Server) *caller {
	t.Helper()
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(time.Minute))
	return &caller{t, conn, bufio.NewReader(conn)}
}

// get does a request, and reports whether the connection is kept.
func (c *caller) get(path string) (kept bool) {
	c.t.Helper()
	io.WriteString(c.conn, "GET "+path+" HTTP/1.1\r\nHost: localhost\r\n\r\n")
	resp, err := http.ReadResponse(c.in, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	io.Copy(io.Discard, resp.Body)
	return !resp.Close
}

// end waits until the server has closed the connection.
func (c *caller) end() {
	c.t.Helper()
	if b, err := c.in.ReadByte(); err == nil {
		c.t.Fatalf("got %q, want the end", b)
	}
}

func TestIdleConnectionsGiveWay(t *testing.T) {
	const many, most = 4, 6
	var log lines
	release := make(chan struct{})
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/wait" {
			w.(http.Flusher).Flush()
			<-release
		}
	}))
	gate.Limit(s.Config, many, most, slog.New(slog.NewTextHandler(&log, nil)))
	s.Start()
	defer s.Close()

	var busy, idle []*caller
	for range 2 {
		c := call(t, s)
		io.WriteString(c.conn, "GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n")
		if _, err := c.in.Peek(1); err != nil { // it is being answered
			t.Fatal(err)
		}
		busy = append(busy, c)
	}
	for range many - len(busy) {
		c := call(t, s)
		if !c.get("/") {
			t.Error("a connection is not kept though there are not many")
		}
		idle = append(idle, c)
	}
	late := call(t, s)
	if late.get("/") {
		t.Error("one too many is kept")
	}
	for _, c := range append(idle, late) {
		c.end()
	}
	log.await(t, "kept again")
	if !call(t, s).get("/") {
		t.Error("a connection is not kept though there are not many any more")
	}
	close(release)
	for _, c := range busy {
		if _, err := http.ReadResponse(c.in, nil); err != nil {
			t.Errorf("one that was being answered: %v", err)
		}
	}
	if n := log.count("too many HTTP connections"); n != 1 {
		t.Errorf("said %d times that there are too many, want once", n)
	}
}

func TestConnectionsAreBounded(t *testing.T) {
	const many, most = 2, 3
	var log lines
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	gate.Limit(s.Config, many, most, slog.New(slog.NewTextHandler(&log, nil)))
	s.Start()
	defer s.Close()
	var all []*caller
	for range most {
		c := call(t, s)
		io.WriteString(c.conn, "GET / HTT") // for which the server waits
		all = append(all, c)
	}
	call(t, s).end()
	for _, c := range all {
		c.conn.Close()
	}
	log.await(t, "kept again")
	call(t, s).get("/")
}

// lines are a log.
type lines struct {
	mu   sync.Mutex // guards below
	text bytes.Buffer
	news chan struct{} // closed when there is more
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.news != nil {
		close(l.news)
		l.news = nil
	}
	return l.text.Write(b)
}

func (l *lines) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), text)
}

// await returns when text has been logged.
func (l *lines) await(t *testing.T, text string) {
	t.Helper()
	for {
		l.mu.Lock()
		if l.news == nil {
			l.news = make(chan struct{})
		}
		news, found := l.news, strings.Contains(l.text.String(), text)
		l.mu.Unlock()
		if found {
			return
		}
		select {
		case <-news:
		case <-time.After(time.Minute):
			t.Fatalf("%q was not logged", text)
		}
	}
}
