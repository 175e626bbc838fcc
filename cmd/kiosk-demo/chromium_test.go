package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// patience bounds each wait of a browser test; a slow machine needs much of it.
const patience = 30 * time.Second

// chromium is a headless browser with one page, driven over the DevTools
// protocol (https://chromedevtools.github.io/devtools-protocol/). It belongs to
// the test's own goroutine.
type chromium struct {
	t       testing.TB
	conn    *websocket.Conn
	session string
	last    int
	wrong   []string // what the page has complained of in its console
}

// startChromium opens an empty page. Without the program the test is skipped,
// or fails when DAEBUS_REQUIRE_ALL is 1.
func startChromium(t testing.TB, width, height int) *chromium {
	t.Helper()
	program, err := exec.LookPath("chromium")
	if err != nil {
		const missing = "chromium is not installed; to run this test: sudo apt-get install chromium"
		if os.Getenv("DAEBUS_REQUIRE_ALL") == "1" {
			t.Fatal(missing)
		}
		t.Skip(missing)
	}
	profile, err := os.MkdirTemp("", "kiosk-chromium-")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-breakpad",
		"--disable-dev-shm-usage", "--remote-debugging-port=0", "--user-data-dir="+profile, "about:blank")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { endChromium(t, cmd, profile) })

	// The browser writes the port, and the path of its own endpoint.
	var endpoint string
	await(t, "chromium's port", func() bool {
		text, _ := os.ReadFile(filepath.Join(profile, "DevToolsActivePort"))
		port, path, ok := strings.Cut(strings.TrimSpace(string(text)), "\n")
		endpoint = "ws://127.0.0.1:" + port + path
		return ok && path != ""
	})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, endpoint, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.CloseNow() })
	conn.SetReadLimit(64 << 20) // screenshots

	c := &chromium{t: t, conn: conn}
	var target struct{ TargetID string }
	c.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	c.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	c.session = attached.SessionID
	c.call("Runtime.enable", nil, nil)
	c.call("Log.enable", nil, nil)
	c.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, nil)
	return c
}

// endChromium kills the browser's processes, all of which name the profile on
// their command line, and removes the profile.
func endChromium(t testing.TB, cmd *exec.Cmd, profile string) {
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	_ = cmd.Wait()
	await(t, "the end of chromium", func() bool {
		gone := true
		lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
		for _, name := range lines {
			if line, _ := os.ReadFile(name); bytes.Contains(line, []byte(profile)) {
				pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
				_ = syscall.Kill(pid, syscall.SIGKILL)
				gone = false
			}
		}
		return gone && os.RemoveAll(profile) == nil
	})
}

// call does one thing in the browser, or in the page once there is one.
func (c *chromium) call(method string, params, out any) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	c.last++
	message := map[string]any{"id": c.last, "method": method}
	if params != nil {
		message["params"] = params
	}
	if c.session != "" {
		message["sessionId"] = c.session
	}
	text, err := json.Marshal(message)
	if err == nil {
		err = c.conn.Write(ctx, websocket.MessageText, text)
	}
	for err == nil {
		var m struct {
			ID     int
			Method string
			Params json.RawMessage
			Result json.RawMessage
			Error  *struct{ Message string }
		}
		if _, text, err = c.conn.Read(ctx); err == nil {
			err = json.Unmarshal(text, &m)
		}
		switch {
		case err != nil:
		case m.Method == "Runtime.exceptionThrown", m.Method == "Log.entryAdded":
			c.wrong = append(c.wrong, string(m.Params))
		case m.ID != c.last: // another event
		case m.Error != nil:
			err = fmt.Errorf("%s", m.Error.Message)
		case out == nil:
			return
		default:
			if err = json.Unmarshal(m.Result, out); err == nil {
				return
			}
		}
	}
	c.t.Fatalf("chromium: %s: %v", method, err)
}

// open goes to a page.
func (c *chromium) open(url string) {
	c.t.Helper()
	c.call("Page.navigate", map[string]any{"url": url}, nil)
}

// eval evaluates JavaScript and returns its value, which must be text.
func (c *chromium) eval(js string) string {
	c.t.Helper()
	var out struct {
		Result           struct{ Value any }
		ExceptionDetails *struct{ Exception struct{ Description string } }
	}
	c.call("Runtime.evaluate", map[string]any{"expression": "String(" + js + ")", "returnByValue": true}, &out)
	if out.ExceptionDetails != nil {
		return "exception: " + out.ExceptionDetails.Exception.Description // the element may come later
	}
	s, _ := out.Result.Value.(string)
	return s
}

// until waits for the value of js to be one that is wanted.
func (c *chromium) until(what, js string, wanted func(string) bool) {
	c.t.Helper()
	var got string
	deadline := time.Now().Add(patience)
	for tick := time.Tick(20 * time.Millisecond); time.Now().Before(deadline); <-tick {
		if got = c.eval(js); wanted(got) {
			return
		}
	}
	c.shot("failed")
	c.t.Fatalf("waited %v for %s: %s is %q; the console says %q", patience, what, js, got, c.wrong)
}

// shot keeps a picture of the page among the test's artifacts, see go help
// testflag, if DAEBUS_TEST_SCREENSHOTS is 1.
func (c *chromium) shot(name string) {
	c.t.Helper()
	if os.Getenv("DAEBUS_TEST_SCREENSHOTS") != "1" {
		return
	}
	var out struct{ Data []byte }
	c.call("Page.captureScreenshot", map[string]any{"format": "png"}, &out)
	file := filepath.Join(c.t.ArtifactDir(), name+".png")
	if err := os.WriteFile(file, out.Data, 0o644); err != nil {
		c.t.Fatal(err)
	}
	c.t.Log(file)
}

// await waits for ok to be true.
func await(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for tick := time.Tick(20 * time.Millisecond); !ok(); <-tick {
		if time.Now().After(deadline) {
			t.Fatalf("waited %v for %s", patience, what)
		}
	}
}
