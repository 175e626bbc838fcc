package broker

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/internal/seglog"
)

// commands are those of a record.
func commands(t *testing.T, record []byte) (all [][][]byte) {
	for len(record) > 0 {
		_, words, rest, err := cutCommand(bytes.Clone(record), nil)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, words)
		record = rest
	}
	return all
}

// logged ends a broker, and returns the commands of its log in dir.
func logged(t *testing.T, b *Broker, dir seglog.Dir) (all [][][]byte) {
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := seglog.Open(dir, seglog.Config{}, func(_ uint64, record []byte) error {
		all = append(all, commands(t, record)...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	b.aof = nil
	return all
}

// rewritten are the commands that make a key what it is.
func rewritten(t *testing.T, b *Broker, key string, v value) [][][]byte {
	r := record{clock: &b.store}
	r.value(spot{0, []byte(key)}, v)
	return commands(t, r.buf)
}

// unconnected returns a broker and a client whose commands a test runs itself.
func unconnected(t *testing.T) (*Broker, *client) {
	b := New(Config{})
	ours, theirs := net.Pipe()
	t.Cleanup(func() { ours.Close(); theirs.Close() })
	return b, newClient(b, ours, 1)
}

func do(c *client, words ...string) {
	args := make([][]byte, len(words))
	for i, w := range words {
		args[i] = []byte(w)
	}
	c.b.run(c, args)
	c.replies = c.replies[:0]
}

// contents are the commands that make the keys what they are, sorted.
func contents(t *testing.T, b *Broker) map[string]string {
	keys := make(map[string]string)
	for key, e := range b.store.dbs[0].keys {
		var elements []string
		for _, words := range rewritten(t, b, key, e.value) {
			for _, w := range words[2:] {
				elements = append(elements, string(w))
			}
		}
		slices.Sort(elements)
		keys[key] = groupOf(e.value).kind() + " " + strings.Join(elements, " ")
	}
	return keys
}

// What is logged, and what a rewritten log has, makes the same keys.
func TestCollectionsAreRepeated(t *testing.T) {
	dir := seglog.At(t.TempDir())
	b, c := lasting(t, dir, Config{Fsync: "never"})
	rnd := rand.New(rand.NewPCG(1, 2))
	word := func(words ...string) string { return words[rnd.IntN(len(words))] }
	for range 20000 {
		key := word("a", "b", "c", "d")
		member := fmt.Sprint(word("", "m"), rnd.IntN(300))
		score := word("0.1", "1", "2.5", "-3", "1e20", "inf")
		switch rnd.IntN(20) {
		case 0, 1, 2:
			do(c, "hset", "h"+key, member, score, "other", member)
		case 3:
			do(c, "hincrbyfloat", "h"+key, member, score)
		case 4:
			do(c, "hdel", "h"+key, member)
		case 5, 6, 7:
			do(c, "sadd", "s"+key, member, member+"x")
		case 8:
			do(c, "spop", "s"+key)
		case 9:
			do(c, "spop", "s"+key, word("1", "2", "30"))
		case 10:
			do(c, "smove", "s"+key, "s"+word("a", "b"), member)
		case 11:
			do(c, word("sunionstore", "sdiffstore", "sinterstore"), "s"+key, "sa", "sb", "sc")
		case 12, 13, 14:
			do(c, "zadd", "z"+key, score, member, "7", member+"x")
		case 15:
			do(c, "zincrby", "z"+key, score, member)
		case 16:
			do(c, word("zpopmin", "zpopmax"), "z"+key, "3")
		case 17:
			do(c, word("bzpopmin", "bzpopmax"), "z"+key, "za", "zb", "zc", "zd", "0.001")
			if c.parked != nil {
				b.unpark(c.parked)
			}
		case 18:
			do(c, "zmpop", "2", "z"+key, "za", word("min", "max"), "count", "2")
		case 19:
			do(c, word("zunionstore", "zinterstore", "zdiffstore"), "z"+key, "2", "za", "zb")
		}
	}
	want := contents(t, b)
	if len(want) < 10 {
		t.Fatalf("only %d keys", len(want))
	}
	again, repeat := unconnected(t)
	for _, words := range logged(t, b, dir) {
		again.run(repeat, words)
		repeat.replies = repeat.replies[:0]
	}
	if !maps.Equal(contents(t, again), want) {
		t.Error("the log makes other keys")
	}
	anew, fill := unconnected(t)
	for key, e := range b.store.dbs[0].keys {
		for _, words := range rewritten(t, b, key, e.value) {
			anew.run(fill, words)
		}
	}
	if !maps.Equal(contents(t, anew), want) {
		t.Error("the rewritten log makes other keys")
	}

	used := 0
	for key := range want {
		e := b.store.dbs[0].keys[key]
		used += len(key) + e.value.bytes() + entryCost
	}
	if b.store.used != used {
		t.Errorf("%d bytes are accounted for, want %d", b.store.used, used)
	}
	for key := range want {
		c.put([]byte("clone of "+key), b.store.dbs[0].keys[key].value.clone())
	}
	for key := range want {
		do(c, "del", key)
	}
	for key, contents := range contents(t, b) {
		if want["clone of "+key] != "" || contents != want[strings.TrimPrefix(key, "clone of ")] {
			t.Errorf("%s differs from the original", key)
		}
	}
	if do(c, "flushall"); b.store.used != 0 {
		t.Errorf("%d bytes are accounted for when all is gone", b.store.used)
	}
}
