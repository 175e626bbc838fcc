package broker

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// A key that is there during the whole scan is returned, whatever happens to
// others meanwhile.
func TestScanMissesNothing(t *testing.T) {
	for seed := range uint64(50) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		b, c := unconnected(t)
		stays := make(map[string]bool)
		for i := range 200 {
			key := fmt.Sprint("key", i)
			do(c, "SET", key, "v")
			stays[key] = rnd.IntN(2) == 0
		}
		seen := make(map[string]bool)
		for cursor := "0"; ; {
			var keys []string
			cursor, keys = scanOnce(t, c, cursor, fmt.Sprint(1+rnd.IntN(9)))
			for _, key := range keys {
				seen[key] = true
			}
			if cursor == "0" {
				break
			}
			for range rnd.IntN(20) {
				key := fmt.Sprint("key", rnd.IntN(400))
				switch {
				case stays[key]:
				case rnd.IntN(2) == 0:
					do(c, "DEL", key)
				default:
					do(c, "SET", key, "v")
				}
			}
		}
		for key, stayed := range stays {
			if stayed && !seen[key] {
				t.Errorf("seed %d: %s was missed", seed, key)
			}
		}
		for i, e := range b.store.dbs[0].order {
			if e.slot != i {
				t.Fatalf("%s thinks it is at %d, and is at %d", e.key, e.slot, i)
			}
		}
	}
}

func scanOnce(t *testing.T, c *client, cursor, count string) (next string, keys []string) {
	t.Helper()
	c.replies = c.replies[:0]
	scan(c, [][]byte{[]byte("SCAN"), []byte(cursor), []byte("COUNT"), []byte(count)})
	r := reply(t, c)
	for _, e := range r.Elems[1].Elems {
		keys = append(keys, string(e.Bytes))
	}
	return string(r.Elems[0].Bytes), keys
}

// reply reads what a command replied.
func reply(t *testing.T, c *client) resp.Reply {
	t.Helper()
	r, err := resp.NewReader(bytes.NewReader(c.replies), resp.Limits{}).ReadReply()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// One call does not hold the lock for long, whatever COUNT says.
func TestScanIsBounded(t *testing.T) {
	_, c := unconnected(t)
	c.b.cfg.MaxMemory = 1 << 30
	for i := range maxScan + 5 {
		do(c, "SET", fmt.Sprint(i), "v")
	}
	next, keys := scanOnce(t, c, "0", "1000000000")
	if len(keys) != maxScan || next != "5" {
		t.Errorf("%d keys at once, the cursor is %s", len(keys), next)
	}
}
