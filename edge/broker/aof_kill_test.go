package broker_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/daebus/daebus-go/edge/broker"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

// logDir tells the test binary, run by itself, to be a broker with its log there.
const logDir = "DAEBUS_BROKER_LOG"

// TestBrokerProcess is the process that TestKilled kills.
func TestBrokerProcess(t *testing.T) {
	dir := os.Getenv(logDir)
	if dir == "" {
		t.Skip("for TestKilled")
	}
	b, err := broker.Open(broker.Config{Dir: dir, Fsync: "always"})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("serving", ln.Addr())
	b.Serve(context.Background(), ln)
}

// process is a broker in a process of its own.
type process struct {
	cmd  *exec.Cmd
	addr string
}

func startProcess(t *testing.T, dir string) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestBrokerProcess$", "-test.v")
	cmd.Env = append(os.Environ(), logDir+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if addr, ok := strings.CutPrefix(lines.Text(), "serving "); ok {
			return &process{cmd, addr}
		}
	}
	cmd.Process.Kill()
	cmd.Wait()
	t.Fatal("the broker did not start")
	return nil
}

func (p *process) kill() {
	p.cmd.Process.Kill()
	p.cmd.Wait()
}

// writer counts, in a string, a stream and the two keys of a transaction.
type writer struct {
	id    int
	acked int // the newest number that all were acknowledged for
}

func (w *writer) key(kind string) string { return fmt.Sprint(kind, w.id) }

// write sends pipelines until the connection ends, and calls acked for every
// number.
func (w *writer) write(addr string, acked func()) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	defer conn.Close()
	rd := resp.NewReader(conn, resp.Limits{})
	pad := strings.Repeat("x", 1500)
	for next := w.acked + 1; ; next += 10 {
		var out []byte
		for n := next; n < next+10; n++ {
			number := strconv.Itoa(n)
			out = resp.AppendCommand(out, "SET", w.key("string"), number)
			out = resp.AppendCommand(out, "XADD", w.key("stream"), "MAXLEN", "50", number+"-0", "pad", pad)
			out = resp.AppendCommand(out, "MULTI")
			out = resp.AppendCommand(out, "SET", w.key("a"), number)
			out = resp.AppendCommand(out, "SET", w.key("b"), number)
			out = resp.AppendCommand(out, "EXEC")
		}
		if _, err := conn.Write(out); err != nil {
			return
		}
		for n := next; n < next+10; n++ {
			for range 6 {
				if reply, err := rd.ReadReply(); err != nil || reply.Failed() {
					return
				}
			}
			w.acked = n
			acked()
		}
	}
}

// check compares what is there with what was acknowledged, and makes the counts
// one again.
func (w *writer) check(t *testing.T, p *peer) {
	t.Helper()
	number := func(key string) int {
		n, _ := strconv.Atoi(string(p.do("GET", key).Bytes))
		return n
	}
	s, a, b := number(w.key("string")), number(w.key("a")), number(w.key("b"))
	if s < w.acked || a < w.acked || a != b {
		t.Errorf("writer %d: acknowledged %d; got %d, and %d with %d", w.id, w.acked, s, a, b)
	}
	entries := p.do("XRANGE", w.key("stream"), "-", "+").Elems
	last := 0
	for i, e := range entries {
		id, _, _ := strings.Cut(string(e.Elems[0].Bytes), "-")
		n, _ := strconv.Atoi(id)
		if i > 0 && n != last+1 {
			t.Errorf("writer %d: entry %d behind %d", w.id, n, last)
		}
		last = n
	}
	if last < w.acked || len(entries) < min(50, w.acked) {
		t.Errorf("writer %d: acknowledged %d; got %d entries up to %d", w.id, w.acked, len(entries), last)
	}
	// What got further than the rest, by a write that was not acknowledged.
	w.acked = max(s, a, last)
	for n := last + 1; n <= w.acked; n++ {
		p.do("XADD", w.key("stream"), strconv.Itoa(n)+"-0", "pad", "")
	}
	p.do("MSET", w.key("string"), strconv.Itoa(w.acked), w.key("a"), strconv.Itoa(w.acked), w.key("b"), strconv.Itoa(w.acked))
}

// A broker is killed under load, a hundred times: everything that was
// acknowledged is there, in order, and no half of a transaction.
func TestKilled(t *testing.T) {
	rounds := 100
	if testing.Short() {
		rounds = 10
	}
	dir := t.TempDir()
	rnd := rand.New(rand.NewPCG(1, 2))
	writers := make([]*writer, 8)
	for i := range writers {
		writers[i] = &writer{id: i}
	}
	for round := range rounds {
		p := startProcess(t, dir)
		var left atomic.Int64
		left.Store(1 + rnd.Int64N(300))
		enough := make(chan bool, 1)
		acked := func() {
			if left.Add(-1) == 0 {
				enough <- true
			}
		}
		var wg sync.WaitGroup
		for _, w := range writers {
			wg.Go(func() { w.write(p.addr, acked) })
		}
		select {
		case <-enough:
		case <-time.After(patience):
			t.Error("nothing is acknowledged")
		}
		p.kill()
		wg.Wait()

		p = startProcess(t, dir)
		client := dial(t, p.addr)
		for _, w := range writers {
			w.check(t, client)
		}
		client.conn.Close()
		p.kill()
		if t.Failed() {
			t.Fatalf("round %d", round)
		}
	}
	total := 0
	for _, w := range writers {
		total += w.acked
	}
	t.Logf("%d numbers written", total)
}
