package broker

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/edge/internal/seglog"
)

// withExpiry is contents with when each key ends, by the wall clock.
func withExpiry(t *testing.T, b *Broker) map[string]string {
	b.store.reapAll()
	keys := contents(t, b)
	for key, e := range b.store.dbs[0].keys {
		if e.expires != 0 {
			keys[key] += fmt.Sprint(" until ", e.expires+b.store.wall())
		}
	}
	return keys
}

// What is logged of strings, lists and expiry makes the same keys, though many
// of the times in it are long past.
func TestKeysAreRepeated(t *testing.T) {
	dir := seglog.At(t.TempDir())
	synctest.Test(t, func(t *testing.T) {
		b, c := lasting(t, dir, Config{Fsync: "never"})
		rnd := rand.New(rand.NewPCG(1, 2))
		word := func(words ...string) string { return words[rnd.IntN(len(words))] }
		for range 20000 {
			key, other := word("a", "b", "c", "d", "e"), word("a", "b", "f", "g")
			n := fmt.Sprint(rnd.IntN(100))
			time.Sleep(time.Duration(rnd.IntN(20)) * time.Millisecond)
			switch rnd.IntN(24) {
			case 0:
				do(c, "set", key, n, word("ex", "px"), n+"1")
			case 1:
				do(c, "set", key, n, word("keepttl", "get", "nx", "xx"))
			case 2:
				do(c, word("expire", "pexpire"), key, n, word("gt", "lt", "nx", "xx"))
			case 3:
				do(c, word("expire", "pexpire"), key, n)
			case 4:
				do(c, "getex", key, word("ex", "px"), n)
			case 5:
				do(c, word("incr", "decr", "persist", "getdel"), key)
			case 6:
				do(c, "incrbyfloat", key, "0.1")
			case 7:
				do(c, "append", key, n)
			case 8:
				do(c, "setrange", key, n, "x")
			case 9:
				do(c, word("rename", "renamenx", "copy"), key, other)
			case 10:
				do(c, word("setex", "psetex"), key, "3"+n, n)
			case 11:
				do(c, "mset", key, n, other, n)
			case 12, 13, 14:
				do(c, word("rpush", "lpush"), "l"+key, n, n+"x", n)
			case 15:
				do(c, word("lpop", "rpop"), "l"+key)
			case 16:
				do(c, "lmove", "l"+key, "l"+other, word("left", "right"), word("left", "right"))
			case 17:
				do(c, "lmpop", "2", "l"+key, "l"+other, "left", "count", "3")
			case 18:
				do(c, word("blpop", "brpop"), "l"+key, "l"+other, "0")
				if c.parked != nil {
					b.unpark(c.parked)
				}
			case 19:
				do(c, "multi")
				do(c, "incr", key)
				do(c, "incrbyfloat", key, "1.5")
				do(c, "append", key, "0")
				do(c, "exec")
			case 20:
				do(c, "lrem", "l"+key, "0", n)
			case 21:
				do(c, "ltrim", "l"+key, "0", "50")
			case 22:
				do(c, "linsert", "l"+key, "before", n, "y")
			case 23:
				do(c, word("expireat", "pexpireat"), "l"+key, fmt.Sprint(time.Now().Unix()+1000))
			}
		}
		again, repeat := unconnected(t)
		for _, words := range logged(t, b, dir) {
			again.run(repeat, words)
			repeat.replies = repeat.replies[:0]
		}
		want := withExpiry(t, b)
		if len(want) < 8 {
			t.Fatalf("only %d keys", len(want))
		}
		got := withExpiry(t, again)
		if !maps.Equal(got, want) {
			t.Errorf("the log makes other keys:\n got %.2000v\nwant %.2000v", got, want)
		}
		used := 0
		for _, e := range b.store.dbs[0].order {
			used += len(e.key) + e.value.bytes() + entryCost
		}
		if b.store.used != used {
			t.Errorf("%d bytes are accounted for, the keys take %d", b.store.used, used)
		}
	})
}

// A time that was set is told as it was set, to the millisecond.
func TestExpiryTimeStaysAsSet(t *testing.T) {
	_, c := unconnected(t)
	do(c, "SET", "k", "v")
	do(c, "PEXPIREAT", "k", "99999999999123")
	for range 1000 {
		c.replies = c.replies[:0]
		c.b.run(c, [][]byte{[]byte("PEXPIRETIME"), []byte("k")})
		if n := reply(t, c).Int; n != 99999999999123 {
			t.Fatalf("got %d", n)
		}
	}
}
