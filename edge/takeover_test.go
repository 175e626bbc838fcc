package edge_test

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge"
)

// What tells the test binary, run by itself, to be a service: its name, where
// services meet, and where their log is.
const memberName, memberMeet, memberState = "DAEBUS_TEST_NAME", "DAEBUS_TEST_MEET", "DAEBUS_TEST_STATE"

// TestMemberProcess is one of the services that TestHostIsKilled kills.
func TestMemberProcess(t *testing.T) {
	name := os.Getenv(memberName)
	if name == "" {
		t.Skip("for TestHostIsKilled")
	}
	edge.MeetAt(os.Getenv(memberMeet))
	app := daebus.New(name)
	app.Action("add", daebus.Func(func(_ context.Context, in sum) (int, error) { return in.A + in.B, nil }))
	app.Route("GET /reach/{name}", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var got int
		if err := app.Call(r.Context(), r.PathValue("name"), "add", sum{1, 2}, &got); err != nil || got != 3 {
			http.Error(w, fmt.Sprint(got, err), http.StatusBadGateway)
		}
	}))
	err := edge.Run(t.Context(), app, edge.Config{
		HTTP: "127.0.0.1:0", BrokerDir: os.Getenv(memberState), BrokerFsync: "always",
	})
	t.Fatal(err)
}

// member is a service in a process of its own.
type member struct {
	name string
	cmd  *exec.Cmd
	web  string
	log  *logBuffer
}

func startMember(t *testing.T, name, meet, state string) *member {
	t.Helper()
	m := &member{name: name, cmd: exec.Command(os.Args[0], "-test.run=^TestMemberProcess$"), log: new(logBuffer)}
	m.cmd.Env = append(os.Environ(), memberName+"="+name, memberMeet+"="+meet, memberState+"="+state)
	out, err := m.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := m.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		m.kill()
		if t.Failed() {
			t.Logf("%s said:\n%s", name, m.log)
		}
	})
	said := bufio.NewReader(out)
	for {
		line, err := said.ReadString('\n')
		io.WriteString(m.log, line)
		if err != nil {
			t.Fatalf("%s does not start: %v", name, err)
		}
		if _, url, ok := strings.Cut(line, `msg="serving HTTP" addr=`); ok {
			m.web = strings.TrimSpace(url)
			go io.Copy(m.log, said) // until it is killed
			return m
		}
	}
}

func (m *member) kill() {
	m.cmd.Process.Kill()
	m.cmd.Wait()
}

// reaches reports whether a member can call another over the bus.
func (m *member) reaches(other *member) bool {
	ask := http.Client{Timeout: time.Second / 2} // one that is lost in the turmoil is asked again
	defer ask.CloseIdleConnections()
	answer, err := ask.Get(m.web + "/reach/" + other.name)
	if err != nil {
		return false
	}
	answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

// allReach waits until each reaches each.
func allReach(t *testing.T, members []*member) {
	t.Helper()
	for _, from := range members {
		for _, to := range members {
			eventually(t, from.name+" reaches "+to.name, func() bool { return from.reaches(to) })
		}
	}
}

// The service that hosts the broker is killed again and again: the others are
// talking within two seconds, one of them hosts, and all that was acknowledged
// is there.
func TestHostIsKilled(t *testing.T) {
	const rounds, batch, stream = 12, 20, "shop.*:stream"
	meet, state := freeAddress(t), filepath.Join(t.TempDir(), "broker")
	var all []*member
	for _, name := range []string{"one", "two", "three"} {
		all = append(all, startMember(t, name, meet, state))
	}
	written := 0
	for round := range rounds {
		allReach(t, all)
		in := dialStranger(t, meet)
		for range batch {
			in.do("XADD", stream, "*", "n", strconv.Itoa(written))
			written++
		}
		host := onlyListener(t, all, meet)
		host.kill()
		left := slices.DeleteFunc(slices.Clone(all), func(m *member) bool { return m == host })
		died := time.Now()
		allReach(t, left)
		took := time.Since(died)
		t.Logf("round %d: %s was killed, together again after %v", round, host.name, took)
		if took > 2*time.Second {
			t.Errorf("round %d: it took %v to be together again, want at most 2s", round, took)
		}
		entries := dialStranger(t, meet).do("XRANGE", stream, "-", "+").Elems
		for n, e := range entries {
			if got := string(e.Elems[1].Elems[1].Bytes); got != strconv.Itoa(n) {
				t.Fatalf("round %d: entry %d is %s", round, n, got)
			}
		}
		if len(entries) != written {
			t.Fatalf("round %d: got %d entries, want %d", round, len(entries), written)
		}
		onlyListener(t, left, meet)
		all = append(left, startMember(t, host.name, meet, state))
	}
}

// onlyListener returns the one that listens at address; it fails when there are
// none or several sockets, or it is none of the members'.
func onlyListener(t *testing.T, members []*member, address string) (host *member) {
	t.Helper()
	var sockets []string
	_, port, _ := strings.Cut(address, ":")
	n, _ := strconv.Atoi(port)
	want := fmt.Sprintf(":%04X", n)
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		text, err := os.ReadFile(table)
		if err != nil && table == "/proc/net/tcp" {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			// sl local remote state …: 0A is a socket that listens.
			if f := strings.Fields(line); len(f) > 9 && strings.HasSuffix(f[1], want) && f[3] == "0A" {
				sockets = append(sockets, "socket:["+f[9]+"]")
			}
		}
	}
	if len(sockets) != 1 {
		t.Fatalf("%d sockets listen at %s, want 1", len(sockets), address)
	}
	for _, m := range members {
		files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", m.cmd.Process.Pid))
		for _, file := range files {
			if to, _ := os.Readlink(file); to == sockets[0] {
				if host = cmp.Or(host, m); host != m {
					t.Fatalf("%s and %s listen", host.name, m.name)
				}
			}
		}
	}
	if host == nil {
		t.Fatalf("none of the services listens at %s", address)
	}
	return host
}
