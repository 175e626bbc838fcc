package main_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge"
)

// boards are what the demos are built for, and what runs them here. GOARM=6
// under the processor of the first Pi is the least that is promised.
var boards = []struct {
	name string
	env  []string
	qemu []string
}{
	{"arm64", []string{"GOARCH=arm64"}, []string{"qemu-aarch64-static"}},
	{"armv6", []string{"GOARCH=arm", "GOARM=6"}, []string{"qemu-arm-static", "-cpu", "arm1176"}},
}

// The cross-compiled demos start on a board's processor and answer.
func TestDemosRunOnARM(t *testing.T) {
	for _, board := range boards {
		t.Run(board.name, func(t *testing.T) {
			need(t, board.qemu[0])
			bus, web := freeAddress(t), freeAddress(t)
			sensor := cross(t, "sensor-demo", board.env)
			kiosk := cross(t, "kiosk-demo", board.env)
			start(t, append(board.qemu, kiosk, "--bus", "embedded://"+bus, "--http", web)...)
			start(t, append(board.qemu, sensor, "--bus", "redis://"+bus, "--interval", "200ms")...)

			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			client := dial(ctx, t, bus)
			eventually(ctx, t, "the sensor answers with readings", func() error { // it may be asked before its first
				list, err := contract.List.Call(ctx, client, contract.ListRequest{})
				if err == nil && len(list.Sensors) == 0 {
					err = errors.New("the sensor has no readings")
				}
				return err
			})
			eventually(ctx, t, "the kiosk is ready", func() error { return get("http://" + web + "/readyz") })
			eventually(ctx, t, "the kiosk has seen the sensor", func() error { return get("http://" + web + "/api/readings/uptime") })
		})
	}
}

// need skips, or fails where everything has to be there, when a program is missing.
func need(t *testing.T, program string) {
	if _, err := exec.LookPath(program); err == nil {
		return
	}
	text := program + " is missing; to run this test: sudo apt-get install qemu-user-static"
	if os.Getenv("DAEBUS_REQUIRE_ALL") != "" {
		t.Fatal(text)
	}
	t.Skip(text)
}

// cross builds a command for another processor, as it ships, and returns the binary.
func cross(t *testing.T, command string, env []string) string {
	cmd := exec.CommandContext(t.Context(), "scripts/build.sh", command)
	cmd.Dir = filepath.Join("..", "..")
	cmd.Env = append(append(os.Environ(), "GOOS=linux"), env...)
	var mistakes bytes.Buffer
	cmd.Stderr = &mistakes
	path, err := cmd.Output()
	if err != nil {
		t.Fatalf("scripts/build.sh %s: %v\n%s", command, err, &mistakes)
	}
	return filepath.Join(cmd.Dir, strings.TrimSpace(string(path)))
}

// start runs a program until the test ends, and shows what it said if that failed.
func start(t *testing.T, args ...string) {
	var said bytes.Buffer
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "DAEBUS_STATE_DIR="+t.TempDir())
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s: %v after SIGINT, want a clean stop", filepath.Base(args[len(args)-5]), err)
		}
		if t.Failed() {
			t.Logf("%v said:\n%s", args, &said)
		}
	})
}

func dial(ctx context.Context, t *testing.T, bus string) *daebus.Client {
	client, closing, err := edge.Dial(ctx, edge.Config{Bus: "redis://" + bus})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = closing() })
	return client
}

// eventually tries until it works or ctx is done.
func eventually(ctx context.Context, t *testing.T, what string, try func() error) {
	t.Helper()
	err := try()
	for range daebus.Ticks(ctx, 200*time.Millisecond) {
		if err == nil {
			return
		}
		err = try()
	}
	t.Fatalf("%s: not in time: %v", what, err)
}

func get(url string) error {
	r, err := http.Get(url)
	if err != nil {
		return err
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, r.Status)
	}
	return nil
}

func freeAddress(t *testing.T) string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}
