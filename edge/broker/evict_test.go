package broker

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/edge/internal/seglog"
)

// fill sets keys until nothing more fits, and returns how many it set.
func fill(t *testing.T, c *client, prefix string, expire bool) int {
	value := strings.Repeat("x", 1000)
	for i := range 1000 {
		words := []string{"SET", fmt.Sprint(prefix, i), value}
		if expire {
			words = append(words, "EX", fmt.Sprint(1000-i))
		}
		args := make([][]byte, len(words))
		for j, w := range words {
			args[j] = []byte(w)
		}
		c.b.run(c, args)
		full := strings.HasPrefix(string(c.replies), "-OOM ")
		c.replies = c.replies[:0]
		if full {
			return i
		}
	}
	return 1000
}

func small(t *testing.T, policy Policy) (*Broker, *client) {
	b, c := unconnected(t)
	b.cfg.MaxMemory = 100 << 10
	b.cfg.Policy = policy
	return b, c
}

func TestNoEviction(t *testing.T) {
	b, c := small(t, NoEviction)
	n := fill(t, c, "k", true)
	if n < 70 || n > 100 || b.store.len() != n || b.memory() > b.cfg.MaxMemory {
		t.Errorf("%d keys of %d in %d bytes", b.store.len(), n, b.memory())
	}
	do(c, "DEL", "k0", "k1", "k2")
	if fill(t, c, "more", false) == 0 {
		t.Error("there is no room although keys have gone")
	}
}

func TestVolatileTTL(t *testing.T) {
	b, c := small(t, VolatileTTL)
	if fill(t, c, "k", true) != 1000 {
		t.Error("a write was refused while keys could go")
	}
	if b.stats.Evicted == 0 || b.store.get(0, []byte("k0")) == nil || b.memory() > b.cfg.MaxMemory {
		t.Errorf("%d evicted; want the one that lives longest to stay", b.stats.Evicted)
	}
	for db := range b.store.dbs {
		c.db = db
		c.flushKeys(db)
	}
	if fill(t, c, "k", false) == 1000 {
		t.Error("keys without expiry went")
	}
}

func TestAllKeysLRU(t *testing.T) {
	dir := seglog.At(t.TempDir())
	synctest.Test(t, func(t *testing.T) {
		b, c := small(t, AllKeysLRU)
		b.cfg.Fsync = "never"
		if err := b.open(dir, seglog.Config{}); err != nil {
			t.Fatal(err)
		}
		tick := func() {
			time.Sleep(time.Millisecond)
			c.active.Store(int64(time.Since(b.start)))
		}
		do(c, "SET", "used", "v")
		do(c, "WATCH", "k0")
		for i := range 1000 {
			tick()
			do(c, "GET", "used")
			tick()
			do(c, "SET", fmt.Sprint("k", i), strings.Repeat("x", 1000))
		}
		if b.store.get(0, []byte("used")) == nil {
			t.Error("the key that is used all the time went")
		}
		if b.store.get(0, []byte("k999")) == nil || b.stats.Evicted < 800 || b.memory() > b.cfg.MaxMemory+entryCost {
			t.Errorf("%d evicted, %d bytes", b.stats.Evicted, b.memory())
		}
		if !c.spoiled {
			t.Error("who watched a key that went was not told")
		}
		gone := 0
		for _, words := range logged(t, b, dir) {
			if string(words[0]) == "DEL" {
				gone++
			}
		}
		if gone != int(b.stats.Evicted) {
			t.Errorf("%d of %d that went are in the log", gone, b.stats.Evicted)
		}
	})
}

func TestParsePolicy(t *testing.T) {
	for _, p := range []Policy{NoEviction, VolatileTTL, AllKeysLRU} {
		if got, err := ParsePolicy(p.String()); got != p || err != nil {
			t.Errorf("%v: got %v, %v", p, got, err)
		}
	}
	if _, err := ParsePolicy("allkeys-lfu"); err == nil {
		t.Error("want an error")
	}
}
