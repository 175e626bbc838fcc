package broker

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/edge/internal/seglog"
)

// lasting returns a broker with a log in dir, and a client whose commands a
// test runs itself.
func lasting(t *testing.T, dir seglog.Dir, cfg Config) (*Broker, *client) {
	t.Helper()
	b, c := unconnected(t)
	cfg.setDefaults()
	b.cfg, b.log = cfg, cfg.Logger
	if err := b.open(dir, seglog.Config{Segment: 10_000}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b, c
}

// dump is what the logged keys hold, with their expiry.
func dump(t *testing.T, b *Broker, logged func(key []byte) bool) map[string]string {
	b.mu.Lock()
	defer b.mu.Unlock()
	keys := make(map[string]string)
	for db := range b.store.dbs {
		for key, e := range b.store.dbs[db].keys {
			if !logged([]byte(key)) {
				continue
			}
			var words []string
			for _, command := range rewritten(t, b, key, e.value) {
				for _, w := range command[2:] {
					words = append(words, string(w))
				}
			}
			switch groupOf(e.value).kind() {
			case "hash", "set", "zset":
				slices.Sort(words)
			}
			expires := int64(0)
			if e.expires != 0 {
				expires = (e.expires + b.store.wall()) / 100 // the clock is not that exact
			}
			keys[fmt.Sprint(db, " ", key)] = fmt.Sprint(groupOf(e.value).kind(), words, expires)
		}
	}
	return keys
}

func compareDumps(t *testing.T, got, want map[string]string) {
	t.Helper()
	names := maps.Clone(got)
	maps.Copy(names, want)
	for name := range names {
		if got[name] != want[name] {
			t.Errorf("%s\n got %.300q\nwant %.300q", name, got[name], want[name])
		}
	}
}

// deed is a random command, often one that joins several keys.
func deed(rnd *rand.Rand) []string {
	key := func(kind string) string {
		return []string{"keep:", "keep:", "tmp:"}[rnd.IntN(3)] + kind + string(rune('a'+rnd.IntN(4)))
	}
	kind := []string{"s", "l", "h", "z", "t", "x"}[rnd.IntN(6)]
	some := func() string { return key(kind) }
	n := func(limit int) string { return fmt.Sprint(rnd.IntN(limit)) }
	all := [][]string{
		{"SET", key("s"), n(1000)}, {"SET", key("s"), n(9), "PX", n(300000) + "0"}, {"INCR", key("s")}, {"APPEND", key("s"), "xyz"},
		{"MSET", key("s"), n(9), key("s"), n(9)}, {"INCRBYFLOAT", key("s"), "0.1"}, {"GETDEL", key("s")}, {"SETRANGE", key("s"), n(9), "!"},
		{"RPUSH", key("l"), n(99), n(99)}, {"LPUSH", key("l"), n(99)}, {"LPOP", key("l")}, {"LTRIM", key("l"), n(3), "20"}, {"LMOVE", key("l"), key("l"), "LEFT", "RIGHT"},
		{"LREM", key("l"), "1", n(99)}, {"LSET", key("l"), "0", n(99)}, {"LMPOP", "2", key("l"), key("l"), "LEFT"},
		{"HSET", key("h"), n(30), n(99)}, {"HDEL", key("h"), n(30)}, {"HINCRBY", key("h"), "n", "1"}, {"HINCRBYFLOAT", key("h"), "n", "1.5"},
		{"SADD", key("t"), n(30), n(30)}, {"SPOP", key("t")}, {"SMOVE", key("t"), key("t"), n(30)}, {"SUNIONSTORE", key("t"), key("t"), key("t")}, {"SINTERSTORE", key("t"), key("t"), key("t")},
		{"ZADD", key("z"), n(30), n(30)}, {"ZPOPMIN", key("z")}, {"ZREMRANGEBYRANK", key("z"), "1", "2"}, {"ZUNIONSTORE", key("z"), "2", key("z"), key("z")}, {"ZINCRBY", key("z"), "2", n(30)},
		{"XADD", key("x"), "*", "f", n(99)}, {"XADD", key("x"), "MAXLEN", "10", "*", "f", n(99)}, {"XGROUP", "CREATE", key("x"), "g", "0", "MKSTREAM"}, {"XTRIM", key("x"), "MAXLEN", "5"},
		{"XREADGROUP", "GROUP", "g", "c" + n(2), "COUNT", "2", "STREAMS", key("x"), ">"}, {"XAUTOCLAIM", key("x"), "g", "d", "0", "0"}, {"XDEL", key("x"), "1-1"},
		{"DEL", some(), some()}, {"RENAME", some(), some()}, {"COPY", some(), some(), "REPLACE"}, {"COPY", some(), some(), "DB", n(3), "REPLACE"}, {"MOVE", some(), n(3)},
		{"PEXPIRE", some(), n(300000) + "0"}, {"EXPIRE", some(), "-1"}, {"PERSIST", some()}, {"SELECT", n(3)}, {"SORT"}, {"FLUSHDB"},
	}
	i := rnd.IntN(len(all))
	if all[i][0] == "FLUSHDB" && rnd.IntN(20) > 0 {
		i = 0
	}
	return all[i]
}

// Any commands, and the log rewritten again and again meanwhile: at the end it
// makes the same keys, those of the prefix.
func TestLogRepeatsEverything(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 1))
			dir := seglog.At(t.TempDir())
			cfg := Config{Persist: []string{"keep:*"}, Fsync: "never"}
			for range 4 {
				b, c := lasting(t, dir, cfg)
				if seed%3 > 0 {
					b.aof.limit = 0
				}
				for range 2000 {
					do(c, deed(rnd)...)
					if rnd.IntN(20) == 0 {
						do(c, "MULTI")
						for range rnd.IntN(8) {
							do(c, deed(rnd)...)
						}
						do(c, "EXEC")
					}
					if rnd.IntN(10) == 0 {
						c.commit()
						if seed%3 > 0 {
							b.mu.Lock()
							b.aof.limit = 0
							b.mu.Unlock()
							runtime.Gosched() // to who rewrites it, even on one core
						}
					}
				}
				c.commit()
				if err := b.Close(); err != nil {
					t.Fatal(err)
				}
				want := dump(t, b, b.aof.logs)
				if len(want) < 10 {
					t.Errorf("only %d keys", len(want))
				}
				if seed%3 > 0 && b.aof.generation < 3 {
					t.Errorf("rewritten %d times", b.aof.generation)
				}
				again, _ := lasting(t, dir, cfg)
				compareDumps(t, dump(t, again, func([]byte) bool { return true }), want)
				again.Close()
				if t.Failed() {
					return
				}
			}
		})
	}
}

// Between any two turns of a rewriting any command may come, and the log may
// end there.
func TestLogIsGoodWhileItIsRewritten(t *testing.T) {
	for seed := range uint64(150) {
		rnd := rand.New(rand.NewPCG(seed, 2))
		dir := seglog.At(t.TempDir())
		cfg := Config{Persist: []string{"keep:*"}, Fsync: "never"}
		b, c := lasting(t, dir, cfg)
		for range 300 {
			do(c, deed(rnd)...)
		}
		b.aof.rewriting = true
		b.aof.generation++
		from := b.aof.log.Next()
		ended := rnd.IntN(40)
		for turn := 0; turn < ended; turn++ {
			for range rnd.IntN(5) {
				do(c, deed(rnd)...)
			}
			// a key at a time
			for db := range 3 {
				if order := b.store.dbs[db].order; len(order) > 0 {
					e := order[rnd.IntN(len(order))]
					if e.written != b.aof.generation && b.aof.logs([]byte(e.key)) {
						b.aof.appendState(spot{db, []byte(e.key)})
						b.aof.put()
					}
				}
			}
		}
		if rnd.IntN(2) == 0 { // it is finished
			for db := range databases {
				if _, _, err := b.aof.rewriteSome(db, 0); err != nil {
					t.Fatal(err)
				}
			}
			if err := b.aof.log.Append(nil); err != nil {
				t.Fatal(err)
			}
			if err := b.aof.log.Drop(from); err != nil {
				t.Fatal(err)
			}
			b.aof.rewriting = false
			for range rnd.IntN(5) {
				do(c, deed(rnd)...)
			}
		}
		b.Close()
		again, _ := lasting(t, dir, cfg)
		compareDumps(t, dump(t, again, func([]byte) bool { return true }), dump(t, b, b.aof.logs))
		again.Close()
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// What is left of a key that ended while the log was rewritten is nothing, not
// what its last commands make of a key that they do not find.
func TestKeyEndsWhileTheLogIsRewritten(t *testing.T) {
	dir := seglog.At(t.TempDir())
	b, c := lasting(t, dir, Config{})
	do(c, "ZADD", "z", "1", "a")
	do(c, "RPUSH", "from", "x")
	do(c, "RPUSH", "to", "y")
	b.aof.rewriting = true
	b.aof.generation++
	from := b.aof.log.Next()
	do(c, "ZADD", "z", "2", "b")
	do(c, "ZREMRANGEBYRANK", "z", "1", "1")
	do(c, "ZREM", "z", "a")
	do(c, "LMOVE", "from", "to", "LEFT", "RIGHT")
	if _, _, err := b.aof.rewriteSome(0, 0); err != nil {
		t.Fatal(err)
	}
	c.commit()
	if err := b.aof.log.Drop(from); err != nil {
		t.Fatal(err)
	}
	b.Close()
	again, _ := lasting(t, dir, Config{})
	want := map[string]string{"0 to": "list[y x] 0"}
	compareDumps(t, dump(t, again, func([]byte) bool { return true }), want)
}

// In a transaction, what a command takes from a key that is not logged goes on
// to other keys that are.
func TestNotLoggedInTransaction(t *testing.T) {
	dir := seglog.At(t.TempDir())
	cfg := Config{Persist: []string{"k:*"}}
	b, c := lasting(t, dir, cfg)
	do(c, "RPUSH", "cache", "x")
	do(c, "MULTI")
	do(c, "LMOVE", "cache", "k:a", "LEFT", "RIGHT")
	do(c, "LMOVE", "k:a", "k:b", "LEFT", "RIGHT")
	do(c, "EXEC")
	b.Close()
	again, _ := lasting(t, dir, cfg)
	compareDumps(t, dump(t, again, func([]byte) bool { return true }), map[string]string{"0 k:b": "list[x] 0"})
}

// What was done to a key before it ended is repeated as it was then.
func TestExpiredIsRepeated(t *testing.T) {
	path := seglog.At(t.TempDir())
	synctest.Test(t, func(t *testing.T) {
		b, c := lasting(t, path, Config{})
		do(c, "SET", "k", "5", "PX", "1000")
		do(c, "INCR", "k")
		do(c, "PEXPIRE", "k", "1100")
		do(c, "PERSIST", "k")
		do(c, "SET", "gone", "5", "PX", "1000")
		do(c, "SET", "other", "5", "PX", "1000")
		time.Sleep(2 * time.Second)
		do(c, "SADD", "gone", "a")
		b.Close()
		again, c := lasting(t, path, Config{})
		do(c, "GET", "other")
		compareDumps(t, dump(t, again, func([]byte) bool { return true }), map[string]string{"0 k": "string[6] 0", "0 gone": "set[a] 0"})
		again.Close()
	})
}
