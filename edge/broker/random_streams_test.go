package broker_test

import (
	"fmt"
	"testing"

	"github.com/daebus/daebus-go/edge/broker"
	"github.com/daebus/daebus-go/edge/internal/redistest"
)

// Whatever stream commands come, the broker answers as Redis does, and holds
// the same.
func TestRandomStreams(t *testing.T) {
	redis := redistest.Start(t)
	_, addr := serve(t, broker.Config{})
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			dice := broker.NewDice(seed)
			script := []string{fmt.Sprint("flushall; hello ", 2+seed%2)}
			for i := range 600 {
				script = append(script, dice.Command())
				if i%50 == 49 {
					script = append(script, "xinfo stream s full count 0", "xinfo stream t full count 0")
				}
			}
			compareStreams(t, redis.Addr, addr, script)
		})
	}
}

// Trimming with ~ removes the same entries, whatever their size.
func TestRandomTrimming(t *testing.T) {
	redis := redistest.Start(t)
	_, addr := serve(t, broker.Config{})
	for seed := range uint64(10) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			dice := broker.NewDice(seed)
			size := 1 << dice.IntN(10)
			script := []string{"flushall"}
			for range 300 {
				script = append(script, dice.Adding(size), "xinfo stream s")
			}
			compareStreams(t, redis.Addr, addr, script)
		})
	}
}
