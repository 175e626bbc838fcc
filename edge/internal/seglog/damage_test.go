package seglog_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/internal/seglog"
)

// readAll returns the records on a disk, and what is damaged.
func readAll(t testing.TB, d *disk) (records []string, damage []seglog.Damage) {
	t.Helper()
	cfg := seglog.Config{Damaged: func(d seglog.Damage) { damage = append(damage, d) }}
	l, err := seglog.Open(d, cfg, func(_ uint64, record []byte) error {
		records = append(records, string(record))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return records, damage
}

// written returns a disk with a log of several segments, some records of which
// were written alone and some together, and the records.
func written(t testing.TB) (d *disk, records []string) {
	t.Helper()
	d = newDisk()
	l, err := seglog.Open(d, seglog.Config{Segment: 400}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 12 {
		for j := range i%4 + 1 {
			records = append(records, fmt.Sprintf("%d.%d %s", i, j, strings.Repeat("\xda", 3*i)))
			if _, err := l.Put([]byte(records[len(records)-1])); err != nil {
				t.Fatal(err)
			}
		}
		b, err := l.Put(nil)
		if records = append(records, ""); err != nil || b.Wait() != nil {
			t.Fatal(err, b.Wait())
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return d, records
}

// with returns the disk with one file changed.
func (d *disk) with(name string, change func([]byte) []byte) *disk {
	c := newDisk()
	for n, i := range d.files {
		data := slices.Clone(i.data)
		if n == name {
			data = change(data)
		}
		c.files[n] = &inode{data: data, synced: data}
	}
	c.durable = maps.Clone(c.files)
	return c
}

// missing returns which records are not in got, whose others are in order;
// false means that something else is in it.
func missing(records, got []string) (lost int, ok bool) {
	for _, r := range records {
		if len(got) > 0 && got[0] == r {
			got = got[1:]
		} else {
			lost++
		}
	}
	return lost, len(got) == 0
}

// A flipped bit, anywhere, is found, costs no more than the record it is in,
// and is told with its place. That of a record in the middle of a batch, too.
func TestFlippedBit(t *testing.T) {
	d, records := written(t)
	if got, damage := readAll(t, d); !slices.Equal(got, records) || damage != nil {
		t.Fatalf("got %q, %v", got, damage)
	}
	for name, i := range d.files {
		for bit := range 8 * len(i.data) {
			at := int64(bit / 8)
			got, damage := readAll(t, d.with(name, func(b []byte) []byte { b[at] ^= 1 << (bit % 8); return b }))
			if lost, ok := missing(records, got); !ok || lost > 1 {
				t.Fatalf("%s, bit %d of byte %d: %d records lost, damage %v", name, bit%8, at, lost, damage)
			}
			if len(damage) != 1 || damage[0].File != name || at < damage[0].Offset || at >= damage[0].Offset+damage[0].Bytes {
				t.Fatalf("%s, bit %d of byte %d: got %v", name, bit%8, at, damage)
			}
		}
	}
}

// A byte may change in any way.
func TestChangedByte(t *testing.T) {
	d, records := written(t)
	name := slices.Max(slices.Collect(maps.Keys(d.files)))
	for at := range d.files[name].data {
		for change := 1; change < 256; change += 11 {
			got, damage := readAll(t, d.with(name, func(b []byte) []byte { b[at] ^= byte(change); return b }))
			if lost, ok := missing(records, got); !ok || lost > 1 || len(damage) != 1 {
				t.Fatalf("byte %d, change %#x: %d records lost, damage %v", at, change, lost, damage)
			}
		}
	}
}

// Wherever the newest file is cut, what is before is there, and the rest is
// told of. It can be gone on from.
func TestTruncated(t *testing.T) {
	d, records := written(t)
	name := slices.Max(slices.Collect(maps.Keys(d.files)))
	whole := d.files[name].data
	last := -1
	for size := range whole {
		cut := d.with(name, func(b []byte) []byte { return b[:size] })
		got, damage := readAll(t, cut)
		if !slices.Equal(got, records[:len(got)]) || len(got) < last {
			t.Fatalf("cut at %d: got %q", size, got)
		}
		last = len(got)
		if len(damage) > 1 || len(damage) == 1 && (!damage[0].Torn || damage[0].Offset+damage[0].Bytes != int64(size)) {
			t.Fatalf("cut at %d: got %v", size, damage)
		}
		o, err := seglog.Open(cut, seglog.Config{}, func(uint64, []byte) error { return nil })
		if err != nil || o.Append([]byte("more")) != nil || o.Close() != nil {
			t.Fatalf("cut at %d: cannot go on: %v", size, err)
		}
		if again, _ := readAll(t, cut); !slices.Equal(again, append(got, "more")) {
			t.Fatalf("cut at %d: got %q", size, again)
		}
	}
}

// A page that cannot be read, or was overwritten, costs what is on it.
func TestLostPage(t *testing.T) {
	d, records := written(t)
	names := slices.Sorted(maps.Keys(d.files))
	for _, name := range names[:len(names)-1] {
		for at := 0; at < len(d.files[name].data); at += sector {
			got, damage := readAll(t, d.with(name, func(b []byte) []byte {
				clear(b[at:min(at+sector, len(b))])
				return b
			}))
			if lost, ok := missing(records, got); !ok || lost > 4 || len(damage) == 0 {
				t.Fatalf("%s at %d: %d records lost, %v", name, at, lost, damage)
			}
		}
		d := d.with("", nil)
		d.fail = func(op, file string) error {
			if op == "read" && file == name {
				return errIO
			}
			return nil
		}
		if got, damage := readAll(t, d); len(damage) == 0 || slices.Equal(got, records) {
			t.Fatalf("%s unreadable: got %q, %v", name, got, damage)
		}
	}
}

// A record that is carried by a record is data, also where that is damaged.
func TestRecordInRecord(t *testing.T) {
	d, _ := written(t)
	var old []byte // what records look like, to who can read a log
	for _, i := range d.files {
		old = append(old, i.data...)
	}
	d = newDisk()
	l, err := seglog.Open(d, seglog.Config{}, nil)
	if err != nil || l.Append([]byte("first")) != nil || l.Append(old) != nil || l.Append([]byte("last")) != nil {
		t.Fatal(err)
	}
	l.Close()
	for name, i := range d.files {
		at := bytes.Index(i.data, []byte("first")) + len("first") + 4 // the length of the second
		got, damage := readAll(t, d.with(name, func(b []byte) []byte { b[at]++; return b }))
		if !slices.Equal(got, []string{"first", "last"}) || len(damage) != 1 {
			t.Errorf("got %q, %v", got, damage)
		}
	}
}

// Whatever bytes stand anywhere in the newest file, what is read was written.
func FuzzRead(f *testing.F) {
	d, records := written(f)
	name := slices.Max(slices.Collect(maps.Keys(d.files)))
	for _, at := range []int{0, 64, 128, 140, 300} {
		f.Add(at, []byte("\x00"))
		f.Add(at, d.files[name].data[128:200])
		f.Add(at, make([]byte, 100))
	}
	f.Fuzz(func(t *testing.T, at int, overlay []byte) {
		size := len(d.files[name].data)
		if at < 0 || at > size || len(overlay) > 1<<16 {
			t.Skip()
		}
		got, _ := readAll(t, d.with(name, func(b []byte) []byte {
			return append(b[:at], append(slices.Clone(overlay), b[min(at+len(overlay), size):]...)...)
		}))
		if _, ok := missing(records, got); !ok {
			t.Errorf("got %q", got)
		}
	})
}
