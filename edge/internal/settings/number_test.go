package settings_test

import (
	"math"
	"testing"
	"time"

	"github.com/daebus/daebus-go/edge/internal/settings"
)

func TestSizes(t *testing.T) {
	for in, want := range map[string]int64{
		"1": 1, "1B": 1, "2KiB": 2048, "2 KiB": 2048, "1MiB": 1 << 20, "1GiB": 1 << 30,
		"": -1, "-1": -1, "1KB": -1, "1.5MiB": -1, "MiB": -1, "8589934592GiB": -1,
	} {
		var n int64
		if err := settings.Size(&n, 0, math.MaxInt64).Set(in); err != nil {
			n = -1
		}
		if n != want {
			t.Errorf("%q: got %d, want %d", in, n, want)
		}
	}
}

func TestYes(t *testing.T) {
	var on bool
	yes := settings.Yes(&on)
	if yes.String() != "" {
		t.Errorf("got %q before it is set", yes.String())
	}
	if err := yes.Set("true"); err != nil || !on || yes.String() != "true" {
		t.Errorf("got %v, %v", on, err)
	}
	for _, bad := range []string{"", "yes", "1", "TRUE"} {
		if err := yes.Set(bad); err == nil || !on {
			t.Errorf("%q: got %v, %v, want it refused", bad, on, err)
		}
	}
	if err := yes.Set("false"); err != nil || on || yes.String() != "" {
		t.Errorf("got %v, %v", on, err)
	}
}

func FuzzSize(f *testing.F) {
	for _, seed := range []string{"0", "1", "1B", "1KiB", "1 MiB", "1GiB", "-1", "9007199254740993KiB", "KiB", "1iB", "1e3", "+1", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var n int64
		size := settings.Size(&n, 0, math.MaxInt64)
		if size.Set(s) != nil || n == 0 {
			return // zero is not set, and no text
		}
		was, printed := n, size.String()
		if err := size.Set(printed); was < 0 || err != nil || n != was {
			t.Errorf("%q: got %d, printed %s, read back %d, %v", s, was, printed, n, err)
		}
	})
}

func FuzzSpan(f *testing.F) {
	for _, seed := range []int64{1e6, 1e9, 60e9, 3600e9, 3599e9, 600e9, 0, -1, math.MaxInt64} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, ns int64) {
		d := time.Duration(ns)
		span := settings.Span(&d, time.Millisecond, time.Hour)
		if err := span.Set(span.String()); err == nil && d != time.Duration(ns) {
			t.Errorf("got %s, want %s", d, time.Duration(ns))
		}
	})
}
