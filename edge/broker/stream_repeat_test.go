package broker

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/edge/internal/seglog"
)

// streamsOf are the commands that make the streams what they are, and how much
// is pending, also of entries that are gone.
func streamsOf(t *testing.T, b *Broker) (all []string) {
	for _, key := range []string{"s", "t", "none"} {
		e := b.store.get(0, []byte(key))
		if e == nil {
			continue
		}
		for _, words := range rewritten(t, b, key, e.value) {
			all = append(all, fmt.Sprintf("%q", words))
		}
		if l, ok := e.value.(*log); ok {
			for _, g := range l.Groups() {
				all = append(all, fmt.Sprint(g.Name, " has pending ", g.Pending.Len()))
			}
		}
	}
	return all
}

// What is logged makes the same streams, and so does what a rewritten log has.
func TestStreamsAreRepeated(t *testing.T) {
	for seed := range uint64(20) {
		dir := seglog.At(t.TempDir())
		synctest.Test(t, func(t *testing.T) {
			b, c := lasting(t, dir, Config{Fsync: "never"})
			dice := NewDice(seed)
			for range 1000 {
				for _, line := range strings.Split(dice.Command(), "; ") {
					do(c, strings.Fields(line)...)
				}
				time.Sleep(time.Duration(dice.IntN(2000)) * time.Millisecond)
			}
			want := streamsOf(t, b)
			time.Sleep(time.Hour)
			again, repeat := unconnected(t)
			for _, words := range logged(t, b, dir) {
				again.run(repeat, words)
				if len(repeat.replies) > 0 && repeat.replies[0] == '-' {
					t.Errorf("%q: %s", words, repeat.replies)
				}
				repeat.replies = repeat.replies[:0]
			}
			if got := streamsOf(t, again); !slices.Equal(got, want) {
				t.Fatalf("seed %d: the log makes other streams\n got %s\nwant %s", seed, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			anew, fill := unconnected(t)
			for key, e := range b.store.dbs[0].keys {
				for _, words := range rewritten(t, b, key, e.value) {
					anew.run(fill, words)
				}
			}
			ofGone := func(line string) bool { return strings.Contains(line, "has pending") }
			want = slices.DeleteFunc(want, ofGone)
			if got := slices.DeleteFunc(streamsOf(t, anew), ofGone); !slices.Equal(got, want) {
				t.Fatalf("seed %d: the rewritten log makes other streams\n got %s\nwant %s", seed, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			do(c, "copy", "s", "twin", "replace")
			do(c, "flushall")
			if b.store.used != 0 {
				t.Errorf("%d bytes are accounted for when all is gone", b.store.used)
			}
		})
	}
}
