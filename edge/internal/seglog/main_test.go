package seglog_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/internal/leak"
	"github.com/daebus/daebus-go/edge/internal/seglog"
)

func TestMain(m *testing.M) { leak.Main(m) }

// owner is a log's owner that has its state in memory: a map, changed by
// records "key=value".
type owner struct {
	log     *seglog.Log
	state   map[string]string
	history []map[string]string // the state after every record, with the first
	acked   int                 // how many of them are acknowledged
	damage  []seglog.Damage
}

// reopen opens what is on a disk.
func reopen(d *disk, cfg seglog.Config) (*owner, error) {
	o := &owner{state: map[string]string{}}
	cfg.Damaged = func(d seglog.Damage) { o.damage = append(o.damage, d) }
	last := uint64(0)
	var err error
	o.log, err = seglog.Open(d, cfg, func(number uint64, record []byte) error {
		if number <= last {
			return fmt.Errorf("number %d after %d", number, last)
		}
		last = number
		key, value, ok := strings.Cut(string(record), "=")
		if !ok {
			return fmt.Errorf("record %q was never written", record)
		}
		o.state[key] = value
		return nil
	})
	o.history = []map[string]string{maps.Clone(o.state)}
	return o, err
}

func mustOpen(t *testing.T, d *disk, cfg seglog.Config) *owner {
	t.Helper()
	o, err := reopen(d, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// put changes the state, and returns the batch of the record.
func (o *owner) put(key, value string) (*seglog.Batch, error) {
	b, err := o.log.Put([]byte(key + "=" + value))
	if err != nil {
		return nil, err
	}
	o.state[key] = value
	o.history = append(o.history, maps.Clone(o.state))
	return b, nil
}

// set puts so many pairs "key=value" in one batch, and waits for them.
func (o *owner) set(pairs ...string) error {
	var batch *seglog.Batch
	for _, p := range pairs {
		key, value, _ := strings.Cut(p, "=")
		b, err := o.put(key, value)
		if err != nil {
			return err
		}
		batch = b
	}
	if err := batch.Wait(); err != nil {
		return err
	}
	o.acked = len(o.history) - 1
	return nil
}

// compact replaces all records by one for each key.
func (o *owner) compact(meanwhile func() error) error {
	from := o.log.Next()
	for _, key := range slices.Sorted(maps.Keys(o.state)) {
		if err := o.set(key + "=" + o.state[key]); err != nil {
			return err
		}
		if err := meanwhile(); err != nil {
			return err
		}
	}
	return o.log.Drop(from)
}

// isPast reports whether state is one that the owner had, since its last
// acknowledged record if need be.
func (o *owner) isPast(state map[string]string, acked bool) bool {
	from := 0
	if acked {
		from = o.acked
	}
	for _, past := range o.history[from:] {
		if maps.Equal(past, state) {
			return true
		}
	}
	return false
}
