package edge

import (
	"testing"
	"time"
)

// One slow run may be an accident; from the second on others are not made to wait
// for it, until it has been quick for a while.
func TestLaneGoesSlowWaysTwice(t *testing.T) {
	var l lane
	slow, fast := 2*quick, quick/2
	waits := func() bool { return l.slow.Load() <= penalty }
	steps := []struct {
		runs int
		took time.Duration
		here bool // whether the next one runs where it was read
	}{
		{1, fast, true},
		{1, slow, true},
		{penalty, fast, true},
		{1, slow, true},
		{1, slow, false},
		{penalty - 1, fast, false},
		{1, fast, true},
		{1, slow, false},
		{100, slow, false},
		{penalty, fast, true},
	}
	for i, s := range steps {
		for range s.runs {
			l.took(s.took)
		}
		if waits() != s.here {
			t.Errorf("step %d, %d runs of %v: here %v, want %v", i, s.runs, s.took, waits(), s.here)
		}
	}
}
