package seglog_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/edge/internal/seglog"
)

// workload goes through all a log does: batches, records larger than a sector,
// several segments, a compaction during which others write, time passing.
func workload(o *owner) error {
	n := 0
	value := func(size int) string {
		n++
		return fmt.Sprintf("%d-%s", n, strings.Repeat(string(rune('a'+n%26)), size))
	}
	several := func() error {
		return o.set("a="+value(5), "b="+value(100), "c="+value(30))
	}
	for range 4 {
		for _, step := range []func() error{several, func() error { return o.set("d=" + value(150)) }, several} {
			if err := step(); err != nil {
				return err
			}
		}
		time.Sleep(600 * time.Millisecond)
	}
	if err := o.compact(several); err != nil {
		return err
	}
	if err := several(); err != nil {
		return err
	}
	if err := o.compact(func() error { return nil }); err != nil {
		return err
	}
	time.Sleep(1500 * time.Millisecond)
	if err := several(); err != nil {
		return err
	}
	return o.log.Close()
}

// The plug is pulled at every operation, and the disk keeps nothing but what
// was synced, or any of the rest: what is read back is a state that was, under
// Always one since the last acknowledgement.
func TestPlugPulledAtEveryOperation(t *testing.T) {
	for _, policy := range []seglog.Policy{seglog.Always, seglog.EverySecond} {
		t.Run(fmt.Sprint(policy), func(t *testing.T) {
			for at, ended := 0, false; !ended; at++ {
				synctest.Test(t, func(t *testing.T) { ended = pullPlug(t, policy, at) })
				if t.Failed() {
					return
				}
			}
		})
	}
}

func pullPlug(t *testing.T, policy seglog.Policy, at int) (ended bool) {
	cfg := seglog.Config{Policy: policy, Segment: 600}
	d := newDisk()
	ops := 0
	d.fail = func(op, name string) error {
		if ops++; ops > at {
			return errPulled
		}
		return nil
	}
	o, err := reopen(d, cfg)
	if err == nil {
		err = workload(o)
		o.log.Close()
	}
	if o.log == nil { // at the very first
		return false
	}
	for seed := range uint64(24) {
		var rnd *rand.Rand
		if seed > 0 {
			rnd = rand.New(rand.NewPCG(seed, uint64(at)))
		}
		after := d.cut(rnd)
		again := mustOpen(t, after, cfg)
		if !o.isPast(again.state, policy == seglog.Always) {
			t.Fatalf("operation %d, cut %d: got a state that never was, or is too old: %v\n%v", at, seed, again.state, again.damage)
		}
		if err := again.set("new=1"); err != nil {
			t.Fatal(err)
		}
		again.log.Close()
		third := mustOpen(t, after.cut(nil), cfg)
		if !again.isPast(third.state, true) {
			t.Fatalf("operation %d, cut %d: what came after the crash is lost: %v", at, seed, third.state)
		}
		third.log.Close()
	}
	return err == nil
}

// Crash after crash, each in the middle of what follows the one before; under
// Always with errors of the disk in between.
func TestManyCrashes(t *testing.T) {
	for seed := range uint64(60) {
		synctest.Test(t, func(t *testing.T) { crashes(t, rand.New(rand.NewPCG(seed, 2))) })
	}
}

func crashes(t *testing.T, rnd *rand.Rand) {
	policy := seglog.Policy(rnd.IntN(2))
	cfg := seglog.Config{Policy: policy, Segment: 400}
	d := newDisk()
	for life := range 40 {
		o := mustOpen(t, d, cfg)
		var left atomic.Int64
		left.Store(rnd.Int64N(60))
		var sick *rand.Rand // the disk is, now and then
		if policy == seglog.Always {
			sick = rand.New(rand.NewPCG(rnd.Uint64(), 3))
		}
		d.failing(func(op, name string) error {
			if left.Add(-1) < 0 {
				return errPulled
			}
			if sick != nil && sick.IntN(40) == 0 && op != "read" && op != "open" && op != "list" {
				return errIO
			}
			return nil
		})
		for i := 0; left.Load() >= 0; i++ {
			key := string(rune('a' + rnd.IntN(6)))
			err := o.set(fmt.Sprintf("%s=%d.%d", key, life, i), fmt.Sprintf("%s=%s", key, strings.Repeat("x", rnd.IntN(200))))
			if err == nil && rnd.IntN(10) == 0 {
				err = o.compact(func() error { return nil })
			}
			if err != nil {
				o.state = maps.Clone(o.history[o.acked])
				o.log.Resume()
			}
			time.Sleep(time.Duration(rnd.IntN(300)) * time.Millisecond)
		}
		d.failing(nil)
		o.log.Close()
		d = d.cut(rnd)
		again := mustOpen(t, d, cfg)
		if !o.isPast(again.state, policy == seglog.Always) {
			t.Fatalf("life %d: got a state that never was, or is too old: %v\n%v", life, again.state, again.damage)
		}
		again.log.Close()
	}
}
