package broker_test

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/daebus/daebus-go/edge/broker"
)

// quietAs tells the test binary, run by itself, to be a process with a broker, or
// the same without one.
const quietAs = "DAEBUS_BROKER_QUIET"

// TestQuietProcess is the process that the tests below measure.
func TestQuietProcess(t *testing.T) {
	as := os.Getenv(quietAs)
	if as == "" {
		t.Skip("for the tests of memory and wake-ups")
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("serving", ln.Addr())
	if as == "with" {
		broker.New(broker.Config{MaxClients: 20_000}).Serve(t.Context(), ln)
	}
	select {}
}

// quiet starts that process and returns its id and the address of its broker.
func quiet(t *testing.T, as string) (pid int, addr string) {
	t.Helper()
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("this system does not tell of processes in /proc")
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestQuietProcess$", "-test.v")
	cmd.Env = append(os.Environ(), quietAs+"="+as)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if addr, ok := strings.CutPrefix(lines.Text(), "serving "); ok {
			return cmd.Process.Pid, addr
		}
	}
	t.Fatal("the process did not start")
	return 0, ""
}

// status sums up a number that /proc tells of a process, or of its threads.
func status(t *testing.T, pattern, field string) (sum int) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v", pattern, err)
	}
	for _, file := range files {
		text, _ := os.ReadFile(file) // a thread may have ended
		if _, rest, ok := strings.Cut(string(text), "\n"+field+":"); ok {
			n, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				t.Fatal(err)
			}
			sum += n
		}
	}
	return sum
}

// resident is how many KiB of memory a process takes. The race detector takes
// several times as much.
func resident(t *testing.T, pid int) int {
	t.Helper()
	if info, ok := debug.ReadBuildInfo(); ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		t.Skip("this test needs to run without -race")
	}
	return status(t, fmt.Sprintf("/proc/%d/status", pid), "VmRSS")
}

// An idle broker takes at most 2 MB more than the process without it.
func TestIdleMemory(t *testing.T) {
	without, _ := quiet(t, "without")
	with, addr := quiet(t, "with")
	p := dial(t, addr)
	p.do("PING")
	p.conn.Close()
	base, more := resident(t, without), resident(t, with)
	t.Logf("%d KiB with a broker, %d KiB without", more, base)
	if more-base > 2000 {
		t.Errorf("a broker takes %d KiB, want at most 2000", more-base)
	}
}

// Once there is nothing to do, nothing wakes the process up: with a client that
// listens, one that waits, and keys that expire.
func TestIdleWakesNobody(t *testing.T) {
	pid, addr := quiet(t, "with")
	p, listens, waits := dial(t, addr), dial(t, addr), dial(t, addr)
	listens.do("SUBSCRIBE", "c")
	waits.send("BLPOP", "l", "0")
	for i := range 100 {
		p.do("SET", strconv.Itoa(i), "v", "PX", strconv.Itoa(500+i))
	}
	for blockedClients(p) == 0 {
	}
	const window = 2 * time.Second
	wakeUps := func() int {
		return status(t, fmt.Sprintf("/proc/%d/task/*/status", pid), "voluntary_ctxt_switches")
	}
	least := 1 << 30
	for range 5 { // the runtime may have an errand of its own
		before := wakeUps()
		<-time.After(window)
		if least = min(least, wakeUps()-before); least == 0 {
			break
		}
	}
	t.Logf("%d wake-ups in %v", least, window)
	if least > 1 {
		t.Errorf("%d wake-ups in %v, want none", least, window)
	}
}

// Ten thousand idle clients take at most 120 MB.
func TestTenThousandIdleClients(t *testing.T) {
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		t.Fatal(err)
	}
	files.Cur = files.Max
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		t.Fatal(err)
	}
	clients := int(min(10_000, files.Max-min(files.Max, 500)))
	if clients < 1000 {
		t.Skipf("this process may open only %d files; to run this test: ulimit -n 11000", files.Max)
	}
	pid, addr := quiet(t, "with")
	before := resident(t, pid)
	for range clients {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conn.Write([]byte("PING\r\n"))
		var pong [7]byte
		if _, err := conn.Read(pong[:]); err != nil {
			t.Fatal(err)
		}
	}
	each := float64(resident(t, pid)-before) / float64(clients)
	t.Logf("%d clients take %.1f KiB each", clients, each)
	if total := each * 10_000 * 1024; total > 120e6 {
		t.Errorf("10,000 clients take %.0f MB, want at most 120", total/1e6)
	}
}
