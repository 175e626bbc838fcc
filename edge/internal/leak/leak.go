package leak

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// patience is how long goroutines that are on their way out may take.
const patience = 5 * time.Second

// foreign marks the stacks of goroutines that no test can stop.
var foreign = []string{
	"\ncreated by testing.",
	"\ncreated by runtime.",
	"\ncreated by os/signal.Notify", // one per process, stays for good
}

// Main runs the tests and exits. When they passed but goroutines are still
// there after five seconds, it prints their stacks and exits with 1.
func Main(m *testing.M) {
	code := m.Run()
	if code == 0 {
		if left := await(patience); len(left) > 0 {
			fmt.Fprintf(os.Stderr, "leak: %d goroutines left after the tests:\n\n%s\n",
				len(left), strings.Join(left, "\n\n"))
			code = 1
		}
	}
	os.Exit(code)
}

// await polls until no goroutine of ours is left, or returns the stacks of
// those that are left after d.
func await(d time.Duration) []string {
	deadline := time.Now().Add(d)
	for pause := time.Millisecond; ; pause = min(2*pause, 100*time.Millisecond) {
		left := ours()
		if len(left) == 0 || time.Now().After(deadline) {
			return left
		}
		time.Sleep(pause)
	}
}

// ours returns the stacks of all goroutines but the calling one and foreign ones.
func ours() []string {
	buf := make([]byte, 64<<10)
	n := runtime.Stack(buf, true)
	for n == len(buf) {
		buf = make([]byte, 2*len(buf))
		n = runtime.Stack(buf, true)
	}
	// The calling goroutine comes first.
	stacks := strings.Split(strings.TrimSpace(string(buf[:n])), "\n\n")[1:]

	var left []string
	for _, stack := range stacks {
		if !isForeign(stack) {
			left = append(left, stack)
		}
	}
	return left
}

func isForeign(stack string) bool {
	for _, mark := range foreign {
		if strings.Contains(stack, mark) {
			return true
		}
	}
	return false
}
