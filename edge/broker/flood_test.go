package broker_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/broker"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

// write is a command that makes a key, or one larger, with little or much.
func write(dst []byte, dice *rand.Rand) []byte {
	key := fmt.Sprint("k", dice.IntN(100_000))
	value := strings.Repeat("x", 1+dice.IntN(1<<dice.IntN(12)))
	switch dice.IntN(8) {
	case 0:
		return resp.AppendCommand(dst, "RPUSH", "l"+key, value, value)
	case 1:
		return resp.AppendCommand(dst, "HSET", "h"+key, value[:1], value, "f"+key, "v")
	case 2:
		return resp.AppendCommand(dst, "SADD", "s"+key, value, "1", key)
	case 3:
		return resp.AppendCommand(dst, "ZADD", "z"+key, "1", value, "2", key)
	case 4:
		return resp.AppendCommand(dst, "XADD", "x"+key[:2], "*", "f", value)
	case 5:
		return resp.AppendCommand(dst, "APPEND", "a"+key, value)
	default:
		return resp.AppendCommand(dst, "SET", key, value, "PX", fmt.Sprint(100_000+dice.IntN(100_000)))
	}
}

// More than memory holds is written: what is counted stays within the bound, what
// the process takes within one and a half times that, and the policy says who
// goes.
func TestWriteFlood(t *testing.T) {
	const most = 8 << 20
	for _, policy := range []broker.Policy{broker.NoEviction, broker.VolatileTTL, broker.AllKeysLRU} {
		t.Run(policy.String(), func(t *testing.T) {
			before := live()
			b, addr := serve(t, broker.Config{MaxMemory: most, Policy: policy})
			p := dial(t, addr)
			dice := rand.New(rand.NewPCG(7, 7))
			refused, highest := 0, 0
			for range 400 {
				const batch = 250
				var out []byte
				for range batch {
					out = write(out, dice)
				}
				go p.conn.Write(out)
				for range batch {
					if got := p.read(); strings.HasPrefix(string(got.Bytes), "OOM ") {
						refused++
					}
				}
				highest = max(highest, b.Stats().Memory)
			}
			s := b.Stats()
			heap := live() - before
			t.Logf("%d keys, %d evicted, %d refused; counted %.2f, at most %.2f, heap %.2f of the bound", s.Keys, s.Evicted, refused,
				float64(s.Memory)/most, float64(highest)/most, float64(heap)/most)
			const margin = 64 << 10 // what one of these commands adds
			if highest > most+margin {
				t.Errorf("%d bytes were counted, want at most %d", highest, most)
			}
			if heap > most*3/2 {
				t.Errorf("%d bytes of heap for %d", heap, s.Memory)
			}
			if policy == broker.AllKeysLRU && refused > 0 || policy != broker.AllKeysLRU && refused == 0 || policy == broker.NoEviction && s.Evicted > 0 {
				t.Errorf("%d refused, %d evicted", refused, s.Evicted)
			}
			if got := p.do("DEL", "k1"); got.Failed() {
				t.Errorf("DEL: %s", got.Bytes)
			}
		})
	}
}

// One list that takes all memory goes beyond the bound by a quarter at most.
func TestListFlood(t *testing.T) {
	const most = 4 << 20
	b, addr := serve(t, broker.Config{MaxMemory: most})
	p := dial(t, addr)
	elements := make([]string, 100)
	for i := range elements {
		elements[i] = "x"
	}
	for !p.do(append([]string{"RPUSH", "l"}, elements...)...).Failed() {
	}
	if n := b.Stats().Memory; n < most || n > most*5/4 {
		t.Errorf("%d bytes are counted, of %d", n, most)
	}
}

// live is how many bytes of the heap are in use.
func live() int {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // what finalizers kept
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}
