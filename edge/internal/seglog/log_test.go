package seglog_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/edge/internal/seglog"
)

// Of many who wait one writes and syncs for all.
func TestGroupCommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDisk()
		o := mustOpen(t, d, seglog.Config{})
		if err := o.set("a=0"); err != nil {
			t.Fatal(err)
		}
		before := d.syncs
		inSync, release := make(chan bool, 1), make(chan bool)
		d.fail = func(op, _ string) error {
			if op == "sync" && d.syncs == before+1 {
				inSync <- true
				<-release
			}
			return nil
		}
		var wg sync.WaitGroup
		wg.Go(func() { o.log.Append([]byte("a=1")) })
		<-inSync
		for i := range 64 {
			wg.Go(func() {
				if err := o.log.Append(fmt.Appendf(nil, "b=%d", i)); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		close(release)
		wg.Wait()
		if n := d.syncCount() - before; n != 2 {
			t.Errorf("%d syncs, want 2", n)
		}
		o.log.Close()
	})
}

// EverySecond syncs a second after the first write that is not durable, and
// not at all when nothing is written.
func TestEverySecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDisk()
		o := mustOpen(t, d, seglog.Config{Policy: seglog.EverySecond})
		steps := []struct {
			write bool
			pause time.Duration
			syncs int
		}{
			{true, 900 * time.Millisecond, 0},
			{true, 90 * time.Millisecond, 0},
			{false, 20 * time.Millisecond, 1},
			{true, 900 * time.Millisecond, 1},
			{false, 200 * time.Millisecond, 2},
			{false, time.Hour, 2},
		}
		for i, s := range steps {
			if s.write {
				o.set("a=1")
			}
			time.Sleep(s.pause)
			synctest.Wait()
			if n := d.syncCount(); n != s.syncs {
				t.Errorf("step %d: %d syncs, want %d", i, n, s.syncs)
			}
		}
		o.log.Close()
	})
}

func TestNeverSyncs(t *testing.T) {
	d := newDisk()
	o := mustOpen(t, d, seglog.Config{Policy: seglog.Never, Segment: 300})
	for range 50 {
		if err := o.set("a=1"); err != nil {
			t.Fatal(err)
		}
	}
	if o.log.Close(); d.syncs != 0 {
		t.Errorf("%d syncs", d.syncs)
	}
	d = d.cut(nil)
	if o := mustOpen(t, d, seglog.Config{}); len(o.state) != 0 {
		t.Errorf("got %v", o.state)
	}
}

// Dropping under Never does not lose what replaced the dropped.
func TestDropIsDurable(t *testing.T) {
	d := newDisk()
	o := mustOpen(t, d, seglog.Config{Policy: seglog.Never, Segment: 100})
	for i := range 10 {
		if err := o.set(fmt.Sprintf("a=%d", i), fmt.Sprintf("b=%d", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.compact(func() error { return nil }); err != nil {
		t.Fatal(err)
	}
	if len(d.files) > 4 || o.log.Size() > 1000 {
		t.Errorf("%d files, %d bytes", len(d.files), o.log.Size())
	}
	o.log.Close()
	again := mustOpen(t, d.cut(nil), seglog.Config{})
	if again.state["a"] != "9" || again.state["b"] != "9" {
		t.Errorf("got %v", again.state)
	}
}

// What is dropped is gone, also while its files cannot be removed, or hold
// records that are not dropped.
func TestDropHides(t *testing.T) {
	for _, size := range []int64{100, 10_000} {
		d := newDisk()
		cfg := seglog.Config{Segment: size}
		o := mustOpen(t, d, cfg)
		o.set("a=1", "b=1")
		o.set("c=1")
		from := o.log.Next()
		o.set("d=1")
		d.fail = func(op, _ string) error {
			if op == "remove" {
				return errIO
			}
			return nil
		}
		if err := o.log.Drop(from); err != nil {
			t.Fatal(err)
		}
		o.log.Close()
		d.fail = nil
		again := mustOpen(t, d, cfg)
		if !maps.Equal(again.state, map[string]string{"d": "1"}) {
			t.Errorf("got %v in %d files", again.state, len(d.files))
		}
		again.set("e=1")
		if again.log.Close(); len(d.files) > 3 {
			t.Errorf("%d files are left", len(d.files))
		}
	}
}

// A write that comes while the second's sync fails is lost with what it follows.
func TestWriteDuringFailingSync(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDisk()
		told := make(chan error, 1)
		o := mustOpen(t, d, seglog.Config{Policy: seglog.EverySecond, Failed: func(err error) { told <- err }})
		inSync, release := make(chan bool), make(chan bool)
		d.stall = func() error {
			inSync <- true
			<-release
			return errIO
		}
		o.set("a=1")
		<-inSync
		b, err := o.put("b", "1")
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan error)
		d.mu.Lock()
		d.fail = func(op, _ string) error {
			if op == "write" {
				close(release)
				synctest.Wait()
			}
			return nil
		}
		d.mu.Unlock()
		go func() { done <- b.Wait() }()
		if err := <-done; !errors.Is(err, errIO) {
			t.Errorf("got %v, want %v", err, errIO)
		}
		if err := <-told; !errors.Is(err, errIO) {
			t.Errorf("told %v, want %v", err, errIO)
		}
		o.log.Close()
	})
}

// The log of a newer program is left alone.
func TestOtherVersion(t *testing.T) {
	d, _ := written(t)
	for name := range d.files {
		d := d.with(name, func(b []byte) []byte { b[6], b[70] = '2', '2'; return b })
		if _, err := reopen(d, seglog.Config{}); err == nil || !strings.Contains(err.Error(), name+" is of another version") {
			t.Errorf("got %v", err)
		}
	}
}

// The operating system's files, and what is none of ours among them.
func TestFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "log")
	var got []string
	open := func(policy seglog.Policy) *seglog.Log {
		got = nil
		l, err := seglog.Open(seglog.At(dir), seglog.Config{Policy: policy, Segment: 1000}, func(_ uint64, record []byte) error {
			got = append(got, string(record))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	if open(seglog.Always).Close(); len(got) != 0 {
		t.Errorf("got %q", got)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("an idle log wrote to the disk: %v", err)
	}
	var want []string
	for i := range 100 {
		l := open(seglog.Policy(i % 3))
		if !slices.Equal(got, want) {
			t.Fatalf("got %q, want %q", got, want)
		}
		for j := range 10 {
			want = append(want, fmt.Sprint(i, j))
			if err := l.Append([]byte(want[len(want)-1])); err != nil {
				t.Fatal(err)
			}
		}
		if i == 60 {
			next := l.Next()
			want = want[:0]
			if err := l.Drop(next); err != nil {
				t.Fatal(err)
			}
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("mine"), 0o600)
	}
	entries, _ := os.ReadDir(dir)
	if len(entries) > 50 {
		t.Errorf("%d files", len(entries))
	}
	for _, e := range entries {
		if info, _ := e.Info(); info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", e.Name(), info.Mode())
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	for _, policy := range []seglog.Policy{seglog.Always, seglog.EverySecond} {
		b.Run(fmt.Sprint(policy), func(b *testing.B) {
			l, err := seglog.Open(seglog.At(b.TempDir()), seglog.Config{Policy: policy}, nil)
			if err != nil {
				b.Fatal(err)
			}
			record := make([]byte, 200)
			b.ReportAllocs()
			b.SetParallelism(16) // 32 writers on two cores
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := l.Append(record); err != nil {
						b.Error(err)
					}
				}
			})
			l.Close()
		})
	}
}
