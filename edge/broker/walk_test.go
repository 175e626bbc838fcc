package broker_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/daebus/daebus-go/edge/broker"
)

// A scan of a collection that changes all the time ends, looks at so many
// elements per call, and meets each that was there throughout.
func TestScansMeetWhatStays(t *testing.T) {
	for scan, add := range map[string]func(p *peer, member string){
		"HSCAN": func(p *peer, member string) { p.do("HSET", "k", member, "v") },
		"SSCAN": func(p *peer, member string) { p.do("SADD", "k", member) },
		"ZSCAN": func(p *peer, member string) { p.do("ZADD", "k", "1", member) },
	} {
		t.Run(scan, func(t *testing.T) {
			_, addr := serve(t, broker.Config{})
			p := dial(t, addr)
			rnd := rand.New(rand.NewPCG(1, 2))
			remove := map[string]string{"HSCAN": "HDEL", "SSCAN": "SREM", "ZSCAN": "ZREM"}[scan]
			stays := make(map[string]bool)
			for i := range 1000 {
				add(p, fmt.Sprint("m", i))
				stays[fmt.Sprint("m", i)] = true
			}
			for cursor, calls := "0", 0; ; calls++ {
				reply := p.do(scan, "k", cursor, "COUNT", "20")
				met := reply.Elems[1].Elems
				if len(met) > 40 {
					t.Fatalf("%d words in one call, want up to 40", len(met))
				}
				for _, e := range met {
					delete(stays, string(e.Bytes))
				}
				if cursor = string(reply.Elems[0].Bytes); cursor == "0" {
					break
				}
				if calls > 200 {
					t.Fatal("it does not end")
				}
				for range 10 {
					gone := fmt.Sprint("m", rnd.IntN(1000))
					p.do(remove, "k", gone)
					delete(stays, gone)
					add(p, fmt.Sprint("new", rnd.Uint64()))
				}
			}
			if len(stays) > 0 {
				t.Errorf("%d members that were there all the time were not met", len(stays))
			}
		})
	}
}
