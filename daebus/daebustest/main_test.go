package daebustest_test

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestMain fails when the tests leave goroutines behind.
func TestMain(m *testing.M) {
	code := m.Run()
	deadline := time.Now().Add(5 * time.Second)
	for code == 0 {
		left := ours()
		if left == "" {
			break
		}
		if time.Now().After(deadline) {
			fmt.Fprintf(os.Stderr, "goroutines left after the tests:\n\n%s\n", left)
			code = 1
		}
		time.Sleep(time.Millisecond)
	}
	os.Exit(code)
}

// ours is the stacks of goroutines, but for the calling one and those of
// package testing.
func ours() string {
	buf := make([]byte, 1<<20)
	buf = buf[:runtime.Stack(buf, true)]
	var left []string
	for _, stack := range strings.Split(string(buf), "\n\n")[1:] {
		if !strings.Contains(stack, "created by testing.") && !strings.Contains(stack, "created by runtime.") {
			left = append(left, stack)
		}
	}
	return strings.Join(left, "\n\n")
}
