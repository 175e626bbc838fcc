package edge_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge"
)

const anywhere = "embedded://127.0.0.1:0"

// host starts a service that hosts the broker, and says where.
func host(t *testing.T, cfg edge.Config) (s *service, addr string) {
	t.Helper()
	s = start(t, daebus.New("host"), cfg)
	return s, s.said(t, `msg="hosting the embedded broker.*" addr=(\S+)`)
}

func TestOneHostADirectory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, _ := host(t, edge.Config{Bus: anywhere, StateDir: dir})
	err := launch(t, daebus.New("second"), edge.Config{Bus: anywhere, StateDir: dir}).wait(t)
	want := fmt.Sprintf("broker: %s is in use by host (process %d); use its broker, or choose another directory with --broker-dir", filepath.Join(dir, "broker"), os.Getpid())
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	host(t, edge.Config{Bus: anywhere, StateDir: dir, BrokerDir: "none"}) // of nobody's concern
	if err := first.stop(t); err != nil {
		t.Error(err)
	}
	host(t, edge.Config{Bus: anywhere, StateDir: dir})
}

// What the embedded broker is told to keep survives the service, and the rest
// does not.
func TestStreamsSurviveTheService(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ dir, want string }{{"", "2"}, {"none", "0"}} {
		cfg := edge.Config{Bus: anywhere, BrokerDir: tt.dir, StateDir: t.TempDir()}
		s, addr := host(t, cfg)
		in := dialStranger(t, addr)
		in.do("XADD", "shop.*:stream", "*", "n", "1")
		in.do("XADD", "shop.*:stream", "*", "n", "2")
		in.do("SET", "schema:shop", "{}")
		if err := s.stop(t); err != nil {
			t.Error(err)
		}
		_, addr = host(t, cfg)
		if got := dialStranger(t, addr).do("EXISTS", "schema:shop").Int; got != 0 {
			t.Errorf("broker_dir %q: what nobody asked to keep is there", tt.dir)
		}
		if got := fmt.Sprint(dialStranger(t, addr).do("XLEN", "shop.*:stream").Int); got != tt.want {
			t.Errorf("broker_dir %q: got %s entries, want %s", tt.dir, got, tt.want)
		}
	}
}

// A process that cannot use the directory hosts nothing, and says why; one that
// is to keep nothing hosts.
func TestDirectoryThatCannotBeUsed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	meet := freeAddress(t)
	edge.MeetAt(meet)
	s := start(t, daebus.New("poor"), edge.Config{BrokerDir: filepath.Join(file, "broker")})
	s.said(t, `its log cannot be in \S+/file/broker: .* choose another directory with --broker-dir, or none to keep nothing`)
	if conn, err := net.Dial("tcp", meet); err == nil {
		conn.Close()
		t.Error("somebody listens")
	}
	host(t, edge.Config{BrokerDir: "none"})
	eventually(t, "the other joins", func() bool { return strings.Contains(s.log.String(), `msg="bus up"`) })
}

func TestBrokerSettingsCount(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	users := filepath.Join(dir, "users.acl")
	rules := "user default off\nuser host on >s3cret ~* &* +@all\nuser reader on >read ~* &* +@read\n"
	if err := os.WriteFile(users, []byte(rules), 0o600); err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(dir, "bus.sock")
	s, addr := host(t, edge.Config{
		Bus: anywhere, StateDir: dir, BusUser: "host", BusPassword: "s3cret",
		BrokerMemory: 2 << 20, BrokerPolicy: "allkeys-lru", BrokerClients: 7, BrokerFsync: "always",
		BrokerSocket: socket, BrokerSocketMode: "620", BrokerUsersFile: users,
	})
	in := dialStranger(t, addr)
	in.do("AUTH", "host", "s3cret")
	for name, want := range map[string]string{
		"maxmemory": "2097152", "maxmemory-policy": "allkeys-lru", "maxclients": "7", "appendonly": "yes", "appendfsync": "always",
	} {
		if got := in.do("CONFIG", "GET", name).Elems; len(got) != 2 || string(got[1].Bytes) != want {
			t.Errorf("%s: got %v, want %s", name, got, want)
		}
	}
	if info, err := os.Stat(socket); err != nil || info.Mode().Perm() != 0o620 {
		t.Errorf("got %v, %v, want mode 620", info.Mode(), err)
	}
	conn, err := net.Dial("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	if err := s.stop(t); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(socket); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket is left: %v", err)
	}
}

func TestHostingThatFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, open, bad := filepath.Join(dir, "file"), filepath.Join(dir, "open"), filepath.Join(dir, "bad")
	for name, mode := range map[string]os.FileMode{file: 0o600, open: 0o644, bad: 0o600} {
		if err := os.WriteFile(name, []byte("usr x"), mode); err != nil {
			t.Fatal(err)
		}
	}
	socket := filepath.Join(dir, "bus.sock")
	ln, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	for _, tt := range []struct {
		cfg  edge.Config
		want string
	}{
		{edge.Config{BrokerSocket: socket}, "broker: " + socket + " is taken by another process; stop that one, or choose another address with --broker-socket"},
		{edge.Config{BrokerSocket: file}, "broker: listen on " + file + ": what is there is not a socket"},
		{edge.Config{BrokerSocket: filepath.Join(dir, "none", "bus.sock")}, "no such file or directory"},
		{edge.Config{BrokerUsersFile: open}, "everybody can read it; run: chmod o-r " + open},
		{edge.Config{BrokerUsersFile: bad}, `line 1: want "user NAME"`},
		{edge.Config{BrokerUsersFile: file + "x"}, "config: broker_users_file"},
		{edge.Config{BrokerTLS: ":0", BrokerTLSCert: file, BrokerTLSKey: file}, "a service has none; see the command daebus broker"},
	} {
		tt.cfg.Bus = anywhere
		if err := launch(t, daebus.New("host"), tt.cfg).wait(t); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("got %v, want %s", err, tt.want)
		}
	}
}

// A socket that a killed process has left is no obstacle.
func TestSocketThatIsLeft(t *testing.T) {
	t.Parallel()
	socket := filepath.Join(t.TempDir(), "bus.sock")
	left, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	left.(*net.UnixListener).SetUnlinkOnClose(false)
	left.Close()
	host(t, edge.Config{Bus: anywhere, BrokerSocket: socket})
	conn, err := net.Dial("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
}

func TestBrokerAloneWantsAnAddress(t *testing.T) {
	t.Parallel()
	for _, bus := range []string{"", "redis://kiosk:" + secret + "@host"} {
		err := edge.RunBroker(context.Background(), edge.Config{Bus: bus})
		if err == nil || !strings.Contains(err.Error(), "want embedded://host:port") || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: got %v", bus, err)
		}
	}
}
