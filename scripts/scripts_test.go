// Package scripts_test runs the scripts in a small module of its own.
package scripts_test

import (
	"debug/elf"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// board is what ssh leads to: the same machine, with these commands instead.
var board = map[string]string{
	"ssh":        `shift; exec bash -c "$*"`,
	"scp":        `shift; for to; do :; done; cp "${@:1:$#-1}" "${to#*:}"`,
	"sudo":       `exec "$@"`,
	"sleep":      `:`,
	"uname":      `echo aarch64`,
	"getconf":    `echo 64`,
	"install":    `cp "$3" "$BOARD/$(basename "$4")"; echo "install $*" >>"$BOARD/log"`,
	"systemctl":  `echo "systemctl $*" >>"$BOARD/log"; [[ $1 != show ]] || echo $$`,
	"journalctl": `echo "journal of $2"`,
	"curl":       `echo "curl $*" >>"$BOARD/log"; [[ -e $BOARD/works ]] && (($(grep -c ^curl "$BOARD/log") > 2))`,
}

func TestDeployWaitsUntilReady(t *testing.T) {
	root, dir := tree(t), fakes(t, board)
	write(t, filepath.Join(dir, "works"), "")
	out, err := run(t, root, dir, "scripts/deploy.sh", "pi@board", "kiosk-demo")
	if err != nil || !strings.Contains(out, "kiosk-demo is ready") {
		t.Fatalf("%v:\n%s", err, out)
	}
	log := read(t, filepath.Join(dir, "log"))
	for _, want := range []string{
		"/usr/local/bin/kiosk-demo\n", "/etc/systemd/system/kiosk-demo.service\n",
		"systemctl daemon-reload\n", "systemctl enable --quiet kiosk-demo\n", "systemctl restart kiosk-demo\n",
		"http://127.0.0.1:8080/readyz\n",
	} {
		_, rest, found := strings.Cut(log, want)
		if !found {
			t.Fatalf("no %q, in this order, in:\n%s", want, read(t, filepath.Join(dir, "log")))
		}
		log = rest
	}
	binary, err := elf.Open(filepath.Join(dir, "kiosk-demo"))
	if err != nil {
		t.Fatal(err)
	}
	defer binary.Close()
	if binary.Machine != elf.EM_AARCH64 {
		t.Errorf("machine: got %v, want %v", binary.Machine, elf.EM_AARCH64)
	}
}

// The broker is a verb of the command daebus, and serves no HTTP.
func TestDeployOfTheBroker(t *testing.T) {
	root, dir := tree(t), fakes(t, board)
	write(t, filepath.Join(dir, "works"), "")
	out, err := run(t, root, dir, "scripts/deploy.sh", "pi@board", "daebus-broker")
	if err != nil || !strings.Contains(out, "daebus-broker is ready") {
		t.Fatalf("%v:\n%s", err, out)
	}
	log := read(t, filepath.Join(dir, "log"))
	for _, want := range []string{
		"/usr/local/bin/daebus\n", "/etc/systemd/system/daebus-broker.service\n",
		"systemctl restart daebus-broker\n", "systemctl is-active --quiet daebus-broker\n",
	} {
		if !strings.Contains(log, want) {
			t.Errorf("no %q in:\n%s", want, log)
		}
	}
	if strings.Contains(log, "readyz") {
		t.Errorf("the broker was asked over HTTP:\n%s", log)
	}
}

func TestDeployShowsTheJournal(t *testing.T) {
	root, dir := tree(t), fakes(t, board)
	out, err := run(t, root, dir, "scripts/deploy.sh", "pi@board", "kiosk-demo")
	if err == nil || !strings.Contains(out, "not ready after 2 s") || !strings.Contains(out, "journal of kiosk-demo") {
		t.Errorf("got %v and\n%s", err, out)
	}
}

func TestDeployRefusesUnknownBoards(t *testing.T) {
	root, dir := tree(t), fakes(t, board)
	write(t, filepath.Join(dir, "uname"), "#!/bin/bash\necho mips\n")
	out, err := run(t, root, dir, "scripts/deploy.sh", "pi@board")
	if err == nil || !strings.Contains(out, "mips 64-bit") {
		t.Errorf("got %v and\n%s", err, out)
	}
}

func TestWithRedisPassesTheStatusOn(t *testing.T) {
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("DAEBUS_REQUIRE_REDIS") != "" {
			t.Fatal("no redis-server")
		}
		t.Skip("no redis-server: sudo apt-get install redis-server")
	}
	out, err := run(t, tree(t), t.TempDir(), "scripts/with-redis.sh", "bash", "-c",
		`exec 3<>"/dev/tcp/127.0.0.1/${DAEBUS_TEST_REDIS##*:}"; printf 'PING\r\n' >&3; head -1 <&3; exit 7`)
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 7 || !strings.Contains(out, "+PONG") {
		t.Errorf("got %v and %q, want status 7 and +PONG", err, out)
	}
}

func TestDemoEndsBoth(t *testing.T) {
	for _, c := range []struct {
		name, dies string
		want       []string
		ok         bool
	}{
		{"when asked", "", []string{"kiosk-demo: stopped", "sensor-demo: stopped"}, true},
		{"when one dies", "sensor-demo", []string{"kiosk-demo: stopped", "sensor-demo ended with status 3"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := tree(t)
			write(t, filepath.Join(root, "scripts", "build.sh"), "#!/bin/bash\necho ./kiosk-demo\necho ./sensor-demo\n")
			for _, name := range []string{"kiosk-demo", "sensor-demo"} {
				if err := os.Symlink(os.Args[0], filepath.Join(root, name)); err != nil {
					t.Fatal(err)
				}
			}
			cmd := command(root, t.TempDir(), "scripts/demo.sh")
			cmd.Env = append(cmd.Env, "DIES="+c.dies)
			out := &watcher{line: "sensor-demo: up", then: func() { cmd.Process.Signal(syscall.SIGTERM) }}
			cmd.Stdout, cmd.Stderr = out, out
			if err := cmd.Run(); (err == nil) != c.ok {
				t.Errorf("got %v, want ok=%v", err, c.ok)
			}
			for _, want := range c.want {
				if !strings.Contains(out.text, want) {
					t.Errorf("output lacks %q:\n%s", want, out.text)
				}
			}
		})
	}
}

// TestMain is also the demos that demo.sh starts in tests, when it is called so.
func TestMain(m *testing.M) {
	if name := filepath.Base(os.Args[0]); strings.HasSuffix(name, "-demo") {
		serve(name)
		return
	}
	os.Exit(m.Run())
}

// serve listens where demo.sh says, until it is told to stop.
func serve(name string) {
	if os.Getenv("DIES") == name {
		os.Exit(3)
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	for i, arg := range os.Args[:len(os.Args)-1] {
		address, hosts := strings.CutPrefix(os.Args[i+1], "embedded://")
		if arg == "--http" || hosts {
			if _, err := net.Listen("tcp", address); err != nil {
				panic(err)
			}
		}
	}
	fmt.Println(name + ": up")
	<-stop
	fmt.Println(name + ": stopped")
}

// watcher collects output, and calls then once when line has appeared.
type watcher struct {
	text string
	line string
	then func()
}

func (w *watcher) Write(p []byte) (int, error) {
	w.text += string(p)
	if w.then != nil && strings.Contains(w.text, w.line) {
		w.then()
		w.then = nil
	}
	return len(p), nil
}

// tree is a module with the scripts, one command and its unit.
func tree(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	scripts, err := filepath.Glob("*.sh")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range scripts {
		write(t, filepath.Join(root, "scripts", name), read(t, name))
	}
	write(t, filepath.Join(root, "go.mod"), "module x\n\ngo 1.26\n")
	for command, unit := range map[string]string{"kiosk-demo": "kiosk-demo", "daebus": "daebus-broker"} {
		write(t, filepath.Join(root, "cmd", command, "main.go"), "package main\n\nfunc main() {}\n")
		write(t, filepath.Join(root, "build", "systemd", unit+".service"), "[Service]\n")
	}
	return root
}

// fakes is a directory of commands that come before those of the machine.
func fakes(t *testing.T, commands map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, body := range commands {
		write(t, filepath.Join(dir, name), "#!/bin/bash\n"+body+"\n")
	}
	return dir
}

func run(t *testing.T, root, fakes string, args ...string) (string, error) {
	t.Helper()
	out, err := command(root, fakes, args...).CombinedOutput()
	return string(out), err
}

func command(root, fakes string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(root, args[0]), args[1:]...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "PATH="+fakes+":"+os.Getenv("PATH"), "BOARD="+fakes, "READY=2")
	return cmd
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}
