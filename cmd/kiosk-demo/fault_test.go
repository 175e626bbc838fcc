package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge"
)

// asKiosk, set in the environment, makes this program the kiosk itself, so that
// a test can kill and stop it.
const asKiosk = "DAEBUS_TEST_KIOSK"

func TestMain(m *testing.M) {
	if os.Getenv(asKiosk) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// TestFaults has one thing after the other fail under an open page. When each is
// over the page is live again, and shows exactly what the kiosk has.
//
// DAEBUS_TEST_FAULTS is how many cycles of all faults there are, default 1. With 8 or
// more each fault lasts as long as in the field; with 30 or more the machine is taken
// to have nothing else to do, and the page has to be live again within 3 s.
func TestFaults(t *testing.T) {
	cycles, _ := strconv.Atoi(os.Getenv("DAEBUS_TEST_FAULTS"))
	cycles = max(cycles, 1)
	stopped, slow, within := 2*time.Second, 2*time.Second, patience
	if cycles >= 8 {
		stopped, slow = 20*time.Second, 5*time.Second
	}
	if cycles >= 30 {
		within = 3 * time.Second
	}
	page := startChromium(t)
	busAddr, webAddr := freeAddr(t), freeAddr(t)
	way := newProxy(t, webAddr)
	startBus := func() func() { return serve(t, daebus.New("broker"), edge.Config{Bus: "embedded://" + busAddr}) }
	stopBus := startBus()
	serve(t, newFakeSensor("bench", 250*time.Millisecond), edge.Config{Bus: "redis://" + busAddr})
	k := startKiosk(t, busAddr, webAddr)
	page.open("http://" + way.addr + "/")
	page.live("at first")

	faults := []struct {
		name string
		// happen returns at the end of the fault.
		happen func()
	}{
		{"kill -9", func() {
			k.signal(syscall.SIGKILL)
			page.until("word of it", banner, contains("Connection to the kiosk lost"))
			k = startKiosk(t, busAddr, webAddr)
		}},
		{"bus stopped", func() {
			stopBus()
			page.until("word of it", banner, contains("Bus down"))
			stopBus = startBus()
		}},
		{"kiosk stopped", func() {
			k.signal(syscall.SIGSTOP)
			time.Sleep(stopped)
			k.signal(syscall.SIGCONT)
		}},
		{"slow network", func() {
			way.delay(400 * time.Millisecond)
			time.Sleep(slow)
			way.delay(0)
		}},
	}
	longest := map[string]time.Duration{}
	for i := range cycles {
		for _, f := range faults {
			f.happen()
			begin := time.Now()
			sum := page.same("http://"+webAddr, fmt.Sprintf("after %s, cycle %d", f.name, i+1))
			took := time.Since(begin)
			t.Logf("cycle %d, %s: shows the same (%x) after %v", i+1, f.name, sum[:4], took.Round(time.Millisecond))
			if took > within {
				t.Errorf("cycle %d, %s: live again after %v, want %v", i+1, f.name, took, within)
			}
			longest[f.name] = max(longest[f.name], took)
		}
	}
	t.Logf("longest: %v", longest)
}

// same waits until a new value is on the page, and all that is on it is what
// the kiosk has. It returns the hash of both.
func (c *chromium) same(kiosk, when string) (sum [sha256.Size]byte) {
	c.t.Helper()
	var have, want []byte
	before := c.eval(usage)
	deadline := time.Now().Add(patience)
	for tick := time.Tick(10 * time.Millisecond); time.Now().Before(deadline); <-tick {
		if c.eval(usage) == before || c.eval(faded) != "false" || !quiet(c.eval(banner)) {
			continue
		}
		want = []byte(get(kiosk + "/api/screen?device=" + c.eval(`document.querySelector('#device').textContent`)))
		have = []byte(c.eval("rendered()"))
		sum = sha256.Sum256(have)
		if sum == sha256.Sum256(bytes.TrimSpace(want)) {
			return sum
		}
	}
	c.t.Fatalf("%s: waited %v for\n%s\nto be on the page; there is\n%s\n%s", when, patience, want, have, c.eval(banner))
	return sum
}

// process is a kiosk of its own.
type process struct {
	t   *testing.T
	cmd *exec.Cmd
}

// startKiosk returns when it serves its page.
func startKiosk(t *testing.T, bus, web string) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0], "--bus", "redis://"+bus, "--http", web, "--state-dir", t.TempDir())
	cmd.Env = append(os.Environ(), asKiosk+"=1")
	cmd.Stderr = t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{t, cmd}
	t.Cleanup(func() { p.signal(syscall.SIGKILL) })
	await(t, "the kiosk", func() bool { return get("http://"+web+"/healthz") != "" })
	return p
}

func (p *process) signal(s syscall.Signal) {
	p.t.Helper()
	if p.cmd.ProcessState != nil {
		return // it has ended
	}
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Error(err)
	}
	if s == syscall.SIGKILL {
		_ = p.cmd.Wait() // "signal: killed"
	}
}
