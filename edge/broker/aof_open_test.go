package broker_test

import (
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/broker"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

// serveLog runs a broker with a log until end.
func serveLog(t *testing.T, cfg broker.Config) (addr string, end func()) {
	t.Helper()
	b, err := broker.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Serve(ctx, ln) }()
	return ln.Addr().String(), func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestKeysSurvive(t *testing.T) {
	cfg := broker.Config{Dir: filepath.Join(t.TempDir(), "broker"), Persist: []string{"keep:*"}}
	for _, cfg.Fsync = range []string{"", "always", "1s", "never"} {
		addr, end := serveLog(t, cfg)
		p := dial(t, addr)
		p.do("INCR", "keep:n")
		p.do("SET", "cache:n", "1")
		p.do("SELECT", "3")
		p.do("XADD", "keep:s", "*", "a", "b")
		end()
	}
	addr, end := serveLog(t, cfg)
	defer end()
	p := dial(t, addr)
	if got := string(p.do("GET", "keep:n").Bytes); got != "4" {
		t.Errorf("got %q, want 4", got)
	}
	if got := p.do("GET", "cache:n"); got.Kind != resp.Null {
		t.Errorf("got %q, want nothing", got.Bytes)
	}
	p.do("SELECT", "3")
	if got := p.do("XLEN", "keep:s").Int; got != 4 {
		t.Errorf("got %d entries, want 4", got)
	}
	info := string(p.do("INFO", "persistence").Bytes)
	for _, want := range []string{"aof_enabled:1\r\n", "aof_last_write_status:ok\r\n", "aof_damaged_places:0\r\n"} {
		if !strings.Contains(info, want) {
			t.Errorf("INFO lacks %q:\n%s", want, info)
		}
	}
	if got := p.do("CONFIG", "GET", "append*").Elems; len(got) != 4 || string(got[1].Bytes) != "no" || string(got[3].Bytes) != "yes" {
		t.Errorf("got %v", got)
	}
}

// A damaged log is told of with the place, and costs the record there.
func TestDamagedLogIsReported(t *testing.T) {
	var out lockedBuffer
	cfg := broker.Config{Dir: t.TempDir(), Fsync: "always", Logger: slog.New(slog.NewTextHandler(&out, nil))}
	addr, end := serveLog(t, cfg)
	p := dial(t, addr)
	for _, key := range []string{"first", "second", "third"} {
		p.do("SET", key, "value of the "+key)
	}
	end()
	files, err := filepath.Glob(filepath.Join(cfg.Dir, "*.log"))
	if err != nil || len(files) != 1 {
		t.Fatalf("got %q, %v", files, err)
	}
	log, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	log[strings.Index(string(log), "the second")] ^= 4
	if err := os.WriteFile(files[0], log, 0o600); err != nil {
		t.Fatal(err)
	}
	addr, end = serveLog(t, cfg)
	defer end()
	p = dial(t, addr)
	if got := p.do("MGET", "first", "second", "third").Elems; got[0].Kind == resp.Null || got[1].Kind != resp.Null || got[2].Kind == resp.Null {
		t.Errorf("got %q, %q, %q", got[0].Bytes, got[1].Bytes, got[2].Bytes)
	}
	if got := out.String(); !strings.Contains(got, "file="+filepath.Base(files[0])+" offset=") {
		t.Errorf("got %s", got)
	}
}

func TestOpenFails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	os.WriteFile(file, nil, 0o600)
	for want, cfg := range map[string]broker.Config{
		`fsync "often": want always, 1s or never`: {Dir: t.TempDir(), Fsync: "often"},
		"not a directory":                         {Dir: file},
	} {
		if _, err := broker.Open(cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	b, err := broker.Open(broker.Config{})
	if err != nil || b.Close() != nil {
		t.Error("want a broker without a log")
	}
}
