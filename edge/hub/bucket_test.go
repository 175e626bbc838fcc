package hub

import (
	"testing"
	"time"
)

func TestBucket(t *testing.T) {
	const rate = 4
	var b bucket
	taken := func(now time.Duration, tries int) (n int) {
		for range tries {
			if b.take(now, rate) == 0 {
				n++
			}
		}
		return n
	}
	for _, step := range []struct {
		at   time.Duration
		want int
	}{
		{0, 40}, // ten seconds' worth
		{200 * time.Millisecond, 0},
		{250 * time.Millisecond, 1},
		{2 * time.Second, 7},
		{time.Hour, 40}, // and no more, however long it was quiet
	} {
		if got := taken(step.at, 100); got != step.want {
			t.Errorf("at %v: got %d, want %d", step.at, got, step.want)
		}
	}
	if got, want := b.take(time.Hour, rate), 250*time.Millisecond; got != want {
		t.Errorf("got to wait %v, want %v", got, want)
	}
}
