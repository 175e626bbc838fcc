package seglog_test

import (
	"errors"
	"io/fs"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/internal/seglog"
)

// When the disk is full appending fails, nothing that was acknowledged is lost,
// and it goes on in the same process when there is space again.
func TestFullDisk(t *testing.T) {
	for space := range 1200 {
		d := newDisk()
		d.space = space
		o := mustOpen(t, d, seglog.Config{Segment: 300})
		var err error
		for i := 0; err == nil; i++ {
			err = o.set("a="+strings.Repeat("x", i), "b="+strings.Repeat("y", i))
		}
		if !errors.Is(err, errFull) || !errors.Is(o.log.Err(), errFull) {
			t.Fatalf("%d bytes: got %v, %v", space, err, o.log.Err())
		}
		if _, again := o.log.Put(nil); !errors.Is(again, errFull) {
			t.Fatalf("%d bytes: Put: %v", space, again)
		}
		o.state = maps.Clone(o.history[o.acked])
		o.log.Resume() // there is no space yet
		d.space += 10_000
		if err := o.log.Resume(); err != nil {
			t.Fatalf("%d bytes: Resume: %v", space, err)
		}
		if err := o.set("c=1"); err != nil {
			t.Fatalf("%d bytes: %v", space, err)
		}
		want := o.history[o.acked]
		o.log.Close()
		again := mustOpen(t, d.cut(nil), seglog.Config{})
		if !maps.Equal(again.state, want) {
			t.Fatalf("%d bytes: got %v, want %v", space, again.state, want)
		}
		again.log.Close()
	}
}

// However often a full disk is tried, it does not fill with what that leaves.
func TestFullDiskIsTriedForEver(t *testing.T) {
	for _, space := range []int{300, 500} {
		d := newDisk()
		d.space = space
		o := mustOpen(t, d, seglog.Config{})
		if err := o.set("a=1"); err != nil {
			t.Fatal(err)
		}
		for range 100 {
			if o.set("b="+strings.Repeat("x", 1000)) == nil {
				t.Fatal("there is no space for this")
			}
			o.log.Resume()
		}
		if len(d.files) > 3 {
			t.Errorf("%d bytes: %d files", space, len(d.files))
		}
		o.log.Close()
	}
}

// A sync that failed may succeed when it is tried again, and the data be lost
// all the same: what was given up is never read back, what follows is kept.
func TestFailedSync(t *testing.T) {
	for _, what := range []string{"sync", "syncdir"} {
		d := newDisk()
		o := mustOpen(t, d, seglog.Config{})
		d.fail = nil
		if what == "sync" {
			if err := o.set("a=1"); err != nil {
				t.Fatal(err)
			}
		}
		d.fail = func(op, _ string) error {
			if op == what {
				return errIO
			}
			return nil
		}
		if err := o.set("a=2", "b=2"); !errors.Is(err, errIO) {
			t.Fatalf("got %v", err)
		}
		d.fail = nil
		if err := o.log.Resume(); err != nil {
			t.Fatal(err)
		}
		if err := o.set("c=3"); err != nil {
			t.Fatal(err)
		}
		o.log.Close()
		for seed := range uint64(20) {
			again := mustOpen(t, d.cut(rand.New(rand.NewPCG(seed, 0))), seglog.Config{})
			if s := again.state; s["b"] != "" || s["c"] != "3" || s["a"] == "2" || len(again.damage) > 0 {
				t.Fatalf("%s: got %v, %v", what, s, again.damage)
			}
			again.log.Close()
		}
	}
}

// On a read-only file system the log is read, and not written to.
func TestReadOnly(t *testing.T) {
	d, records := written(t)
	d.fail = func(op, _ string) error {
		switch op {
		case "create", "write", "remove":
			return fs.ErrPermission
		}
		return nil
	}
	n := 0
	l, err := seglog.Open(d, seglog.Config{}, func(uint64, []byte) error { n++; return nil })
	if err != nil || n != len(records) {
		t.Fatalf("got %d records, %v", n, err)
	}
	if err := l.Append([]byte("x")); !errors.Is(err, fs.ErrPermission) {
		t.Fatalf("got %v", err)
	}
	if err := l.Resume(); !errors.Is(err, fs.ErrPermission) {
		t.Fatalf("got %v", err)
	}
	d.fail = nil
	if err := l.Resume(); err != nil {
		t.Fatal(err)
	}
	if err := l.Append([]byte("x")); err != nil {
		t.Fatal(err)
	}
	l.Close()
	if got, _ := readAll(t, d); len(got) != len(records)+1 {
		t.Errorf("got %d records, want %d", len(got), len(records)+1)
	}
}

// What the replay function says ends Open, with the place.
func TestReplayFails(t *testing.T) {
	d, _ := written(t)
	_, err := seglog.Open(d, seglog.Config{}, func(number uint64, _ []byte) error {
		if number == 3 {
			return errIO
		}
		return nil
	})
	if !errors.Is(err, errIO) || !strings.Contains(err.Error(), "record 3 in 0000000000000001.log at offset ") {
		t.Errorf("got %v", err)
	}
}

func TestTooLarge(t *testing.T) {
	l, err := seglog.Open(newDisk(), seglog.Config{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Put(make([]byte, seglog.MaxRecord+1)); err == nil || l.Err() != nil {
		t.Errorf("got %v, %v", err, l.Err())
	}
	l.Close()
	if _, err := l.Put(nil); err != seglog.ErrClosed {
		t.Errorf("got %v, want %v", err, seglog.ErrClosed)
	}
}
