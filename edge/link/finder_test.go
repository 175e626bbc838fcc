package link_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/edge/internal/resp"
	"github.com/daebus/daebus-go/edge/link"
)

// town is who answers at which address, in memory.
type town struct {
	mu      sync.Mutex // guards below
	servers map[string]*script
	dialled []string
}

func newTown(t *testing.T, answers map[string]func(words []string) string) *town {
	town := &town{servers: map[string]*script{}}
	for addr, answer := range answers {
		town.servers[addr] = newScript(t, answer)
	}
	return town
}

// Dial is for link.Config.
func (w *town) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dialled = append(w.dialled, address)
	if s := w.servers[address]; s != nil {
		return s.Dial(ctx, network, address)
	}
	return nil, errors.New("connection refused")
}

// leave has nobody answer at address any more.
func (w *town) leave(address string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.servers, address)
}

// dials are the addresses dialled since the call before.
func (w *town) dials() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	defer func() { w.dialled = nil }()
	return w.dialled
}

// redis answers as a server of the role does.
func redis(role string) func([]string) string {
	return func(words []string) string {
		if words[0] == "ROLE" {
			return string(array(role, "0", ""))
		}
		return polite(words)
	}
}

// sentinel names a master, and other sentinels.
func sentinel(master string, others ...string) func([]string) string {
	return func(words []string) string {
		switch {
		case words[1] == "get-master-addr-by-name" && master == "":
			return "*-1\r\n"
		case words[1] == "get-master-addr-by-name":
			host, port, _ := net.SplitHostPort(master)
			return string(array(host, port))
		}
		list := resp.AppendArrayHeader(nil, len(others))
		for _, addr := range others {
			host, port, _ := net.SplitHostPort(addr)
			list = append(list, array("name", "x", "ip", host, "port", port)...)
		}
		return string(list)
	}
}

func array(words ...string) []byte { return resp.AppendCommand(nil, words...) }

func TestSentinelsInVain(t *testing.T) {
	for _, c := range []struct {
		name string
		at   map[string]func([]string) string
		want []string
	}{
		{"nobody", nil, []string{
			`no sentinel names the master; want one that runs, is reachable and watches "main"`,
			"sentinel a:1: connection refused", "sentinel b:2: connection refused"}},
		{"unknown name", map[string]func([]string) string{"a:1": sentinel(""), "b:2": sentinel("")}, []string{
			`sentinel a:1: not_found: it knows no master "main"`, `want the name of its "sentinel monitor" line`, "sentinel b:2"}},
		{"no address", map[string]func([]string) string{"a:1": sentinel(":0")}, []string{
			`sentinel a:1: it has no address for master "main"; see that it can resolve the host name`}},
		{"nonsense", map[string]func([]string) string{"a:1": redis("master"), "b:2": func([]string) string { return "*1\r\n:1\r\n" }}, []string{
			"sentinel a:1: it does not answer as a sentinel", "sentinel b:2: it does not answer as a sentinel"}},
		{"no sentinel", map[string]func([]string) string{"a:1": func([]string) string { return "-ERR unknown command 'SENTINEL'\r\n" }}, []string{
			"sentinel a:1: it does not answer as a sentinel: internal: the bus refused: ERR unknown command 'SENTINEL'"}},
		{"master away", map[string]func([]string) string{"a:1": sentinel("c:3")}, []string{
			`c:3, which sentinel a:1 calls master "main": connection refused`}},
		{"replica", map[string]func([]string) string{"a:1": sentinel("c:3"), "c:3": redis("slave")}, []string{
			`c:3, which sentinel a:1 calls master "main": unavailable: it is a replica`, "failover is under way"}},
		{"role not told", map[string]func([]string) string{"a:1": sentinel("c:3"), "c:3": func(words []string) string {
			if words[0] == "ROLE" {
				return "-NOPERM this user has no permissions to run the 'role' command\r\n"
			}
			return polite(words)
		}}, []string{"ask for its role: denied: the bus refused: NOPERM"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := run(t, link.Config{Network: "sentinel", Address: "a:1,b:2/main", Dial: newTown(t, c.at).Dial})
				synctest.Wait()
				for _, want := range c.want {
					if err := fmt.Sprint(l.Err()); !strings.Contains(err, want) {
						t.Errorf("got %s, want it to say %s", err, want)
					}
				}
			})
		})
	}
}

// One sentinel still names the old master, which has become a replica.
func TestSentinelThatIsBehindIsAskedLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		town := newTown(t, map[string]func([]string) string{
			"a:1": sentinel("old:1", "b:2"), "old:1": redis("slave"),
			"b:2": sentinel("new:1", "a:1"), "new:1": redis("master"),
		})
		l := run(t, link.Config{Network: "sentinel", Address: "a:1/main", Dial: town.Dial})
		l.event(t, true)
		l.log.want(t, "it is a replica", "bus up")
		if got, want := strings.Join(town.dials(), " "), "a:1 old:1 b:2 new:1 b:2 new:1"; got != want {
			t.Errorf("dialled %s, want %s", got, want)
		}
	})
}

// However many sentinels are named, a dial that finds none is soon over.
func TestSentinelsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var many []string
		for i := range 1000 {
			many = append(many, fmt.Sprintf("s%d:1", i))
		}
		town := newTown(t, map[string]func([]string) string{"a:1": sentinel("c:3", many...)})
		l := run(t, link.Config{Network: "sentinel", Address: "a:1/main", Dial: town.Dial})
		<-l.Settled()
		town.leave("a:1")
		time.Sleep(2 * time.Second)
		town.dials()
		time.Sleep(5 * time.Second)
		asked := map[string]bool{}
		for _, addr := range town.dials() {
			asked[addr] = true
		}
		if len(asked) != 16 || !asked["a:1"] {
			t.Errorf("asked %v, want 16 with a:1 among them", asked)
		}
	})
}

// A sentinel that accepts and says nothing costs as much as a silent server.
func TestSilentSentinel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		town := newTown(t, map[string]func([]string) string{
			"a:1": func([]string) string { return "" },
			"b:2": sentinel("c:3"), "c:3": redis("master"),
		})
		start := time.Now()
		up(t, link.Config{Network: "sentinel", Address: "a:1,b:2/main", Dial: town.Dial, Ping: time.Minute})
		if took := time.Since(start); took != 2*time.Second {
			t.Errorf("up after %v, want the 2s of the first connection and none for the second", took)
		}
	})
}
