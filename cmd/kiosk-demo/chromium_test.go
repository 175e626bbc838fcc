package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// patience bounds each wait of a browser test; a slow machine needs much of it.
const patience = 30 * time.Second

// chromium is a headless browser with one page, driven over the DevTools
// protocol (https://chromedevtools.github.io/devtools-protocol/) on two pipes:
// JSON messages, each ended by a zero byte. It belongs to the test's own
// goroutine.
type chromium struct {
	t       testing.TB
	to      *os.File
	from    *os.File
	replies *bufio.Reader // of from
	session string
	last    int
	wrong   []string // what the page has complained of in its console
	asked   []string // the addresses it has asked for
}

// startChromium opens an empty page. Without the program the test is skipped,
// or fails when DAEBUS_REQUIRE_ALL is 1.
func startChromium(t testing.TB) *chromium {
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
		"--disable-dev-shm-usage", "--remote-debugging-pipe", "--user-data-dir="+profile, "about:blank")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c := &chromium{t: t}
	theirs := c.pipes(cmd)
	err = cmd.Start()
	for _, f := range theirs {
		f.Close()
	}
	if err != nil {
		os.RemoveAll(profile)
		t.Fatal(err)
	}
	t.Cleanup(func() { endChromium(t, cmd, profile) })

	var target struct{ TargetID string }
	c.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	c.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	c.session = attached.SessionID
	c.call("Runtime.enable", nil, nil)
	c.call("Log.enable", nil, nil)
	c.call("Network.enable", nil, nil)
	return c
}

// resize gives the page another screen.
func (c *chromium) resize(width, height int) {
	c.t.Helper()
	c.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, nil)
}

// pipes makes the two pipes, of which the browser has its ends as descriptors
// 3, to read, and 4, to write.
func (c *chromium) pipes(cmd *exec.Cmd) (theirs []*os.File) {
	c.t.Helper()
	in, to, err := os.Pipe()
	if err != nil {
		c.t.Fatal(err)
	}
	from, out, err := os.Pipe()
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { to.Close(); from.Close() })
	c.to, c.from, c.replies = to, from, bufio.NewReader(from)
	cmd.ExtraFiles = []*os.File{in, out}
	return cmd.ExtraFiles
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
		err = errors.Join(c.to.SetDeadline(time.Now().Add(patience)), c.from.SetDeadline(time.Now().Add(patience)))
	}
	if err == nil {
		_, err = c.to.Write(append(text, 0))
	}
	for err == nil {
		var m struct {
			ID     int
			Method string
			Params json.RawMessage
			Result json.RawMessage
			Error  *struct{ Message string }
		}
		if text, err = c.replies.ReadBytes(0); err == nil {
			err = json.Unmarshal(text[:len(text)-1], &m)
		}
		switch {
		case err != nil:
		case m.Method == "Runtime.exceptionThrown", m.Method == "Log.entryAdded":
			c.wrong = append(c.wrong, string(m.Params))
		case m.Method == "Network.requestWillBeSent", m.Method == "Network.webSocketCreated":
			c.asked = append(c.asked, address(m.Params))
		case m.ID != c.last: // another event
		case m.Error != nil:
			err = errors.New(m.Error.Message)
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

// address is that of an event about a request.
func address(params []byte) string {
	var p struct {
		URL     string
		Request struct{ URL string }
	}
	if err := json.Unmarshal(params, &p); err != nil {
		return err.Error()
	}
	return cmp.Or(p.URL, p.Request.URL)
}

// scheme has the page in light or dark.
func (c *chromium) scheme(name string) {
	c.t.Helper()
	c.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": name}}}, nil)
}

// calm has the page of somebody who wants no motion.
func (c *chromium) calm() {
	c.t.Helper()
	c.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-reduced-motion", "value": "reduce"}}}, nil)
}

// key presses a key: Tab or Enter.
func (c *chromium) key(name string) {
	c.t.Helper()
	code, text := map[string]int{"Tab": 9, "Enter": 13}[name], map[string]string{"Enter": "\r"}[name]
	for _, event := range []string{"keyDown", "keyUp"} {
		c.call("Input.dispatchKeyEvent", map[string]any{"type": event, "key": name, "code": name, "text": text, "windowsVirtualKeyCode": code}, nil)
	}
}

// memory is what the page holds on to: bytes of its heap, and nodes.
func (c *chromium) memory() (heap, nodes float64) {
	c.t.Helper()
	c.call("HeapProfiler.collectGarbage", nil, nil)
	var use struct{ UsedSize float64 }
	c.call("Runtime.getHeapUsage", nil, &use)
	var count struct{ Nodes float64 }
	c.call("Memory.getDOMCounters", nil, &count)
	return use.UsedSize, count.Nodes
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
