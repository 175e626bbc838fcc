package guard_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/internal/guard"
)

func TestCall(t *testing.T) {
	broken := errors.New("broken")
	for _, want := range []error{nil, broken} {
		if got := guard.Call(t.Context(), func(context.Context) error { return want }); got != want {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	if got := guard.Attrs(broken); len(got) != 2 || got[1] != broken {
		t.Errorf("got %v", got)
	}
}

func TestPanicBecomesAnError(t *testing.T) {
	err := guard.Call(t.Context(), func(context.Context) error { panic("oops") })
	if err == nil || err.Error() != "panic: oops" {
		t.Fatalf("got %v", err)
	}
	attrs := guard.Attrs(err)
	if len(attrs) != 4 || !strings.Contains(attrs[3].(string), "guard_test.TestPanicBecomesAnError") {
		t.Errorf("the stack does not show where: %v", attrs)
	}
}

func TestCallDoesNotAllocate(t *testing.T) {
	fn := func(context.Context) error { return nil }
	if got := testing.AllocsPerRun(100, func() { guard.Call(t.Context(), fn) }); got != 0 {
		t.Errorf("%v allocations, want 0", got)
	}
}
