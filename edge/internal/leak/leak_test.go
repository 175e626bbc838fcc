package leak_test

import (
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/internal/leak"
)

func TestMain(m *testing.M) { leak.Main(m) }

// role tells the re-executed test binary what to leave behind.
const role = "DAEBUS_LEAK_ROLE"

func TestLeftGoroutineFailsTheRun(t *testing.T) {
	t.Parallel()
	out, err := rerun("forgotten")
	if err == nil {
		t.Fatalf("a run that leaks passed:\n%s", out)
	}
	for _, want := range []string{"PASS", "1 goroutines left", "leak_test.forgotten"} {
		if !strings.Contains(out, want) {
			t.Errorf("output lacks %q:\n%s", want, out)
		}
	}
}

func TestGoroutinesThatEndAndSignalsPass(t *testing.T) {
	t.Parallel()
	if out, err := rerun("late"); err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
}

// TestChild is what the re-executed binary runs.
func TestChild(t *testing.T) {
	switch os.Getenv(role) {
	case "forgotten":
		go forgotten()
	case "late":
		interrupt := make(chan os.Signal, 1)
		signal.Notify(interrupt, os.Interrupt)
		signal.Stop(interrupt)
		for range 100 {
			go strings.Repeat("busy for a moment ", 10_000)
		}
	}
}

func forgotten() { select {} }

func rerun(as string) (string, error) {
	cmd := exec.Command(os.Args[0], "-test.run=^TestChild$")
	cmd.Env = append(os.Environ(), role+"="+as)
	out, err := cmd.CombinedOutput()
	return string(out), err
}
