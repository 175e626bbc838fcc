package seglog_test

import (
	"errors"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/daebus/daebus-go/edge/internal/seglog"
)

// sector is what the disk writes as a whole, seldom less: small, so that many
// of its ends are in a record. It tears in one of tear places.
const (
	sector = 64
	tear   = 4
)

var (
	errPulled = errors.New("the plug is pulled")
	errFull   = errors.New("no space left on device")
	errIO     = errors.New("input/output error")
)

// disk is a directory on a disk that keeps only what was synced: of the rest a
// power cut takes any sectors and any names.
type disk struct {
	mu      sync.Mutex // guards below
	files   map[string]*inode
	durable map[string]*inode           // the names as of the last Sync of the directory
	fail    func(op, name string) error // called before every operation; nil = none fails
	stall   func() error                // called by the Sync of a file before anything else
	space   int                         // bytes left
	syncs   int                         // of files
}

type inode struct {
	data   []byte
	synced []byte
	lost   int // bytes from here to lostTo were dirty when a sync failed, and are never written
	lostTo int
}

func newDisk() *disk {
	return &disk{files: map[string]*inode{}, durable: map[string]*inode{}, space: 1 << 30}
}

func (d *disk) op(op, name string) error {
	if d.fail == nil {
		return nil
	}
	return d.fail(op, name)
}

func (d *disk) List() ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.op("list", ""); err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(d.files)), nil
}

func (d *disk) Create(name string) (seglog.File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.op("create", name); err != nil {
		return nil, err
	}
	if d.files[name] != nil {
		return nil, fs.ErrExist
	}
	d.files[name] = &inode{}
	return &file{d, name, d.files[name]}, nil
}

func (d *disk) Open(name string) (seglog.File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.op("open", name); err != nil {
		return nil, err
	}
	if d.files[name] == nil {
		return nil, fs.ErrNotExist
	}
	return &file{d, name, d.files[name]}, nil
}

func (d *disk) Remove(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.op("remove", name); err != nil {
		return err
	}
	if d.files[name] == nil {
		return fs.ErrNotExist
	}
	d.space += len(d.files[name].data)
	delete(d.files, name)
	return nil
}

func (d *disk) Sync() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.op("syncdir", ""); err != nil {
		return err
	}
	d.durable = maps.Clone(d.files)
	return nil
}

// failing sets what fails from now on.
func (d *disk) failing(f func(op, name string) error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fail = f
}

func (d *disk) syncCount() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.syncs
}

// cut pulls the plug and returns what the disk has then. With rnd nil nothing
// that was not synced is there.
func (d *disk) cut(rnd *rand.Rand) *disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	after := newDisk()
	names := maps.Clone(d.durable)
	for name := range d.durable {
		if d.files[name] == nil && rnd != nil && rnd.IntN(2) == 0 {
			delete(names, name)
		}
	}
	for name, i := range d.files {
		if rnd != nil && rnd.IntN(2) == 0 {
			names[name] = i
		}
	}
	for name, i := range names {
		data := i.after(rnd)
		after.files[name] = &inode{data: data, synced: data}
	}
	after.durable = maps.Clone(after.files)
	return after
}

// after is what is left of a file: what was synced, and any sectors of the rest.
func (i *inode) after(rnd *rand.Rand) []byte {
	data := slices.Clone(i.synced)
	switch {
	case rnd == nil:
	case rnd.IntN(4) == 0: // all had been written in time, only nobody knew
		data = slices.Clone(i.data)
	default:
		size := len(i.synced) + rnd.IntN(len(i.data)-len(i.synced)+1)
		data = make([]byte, size)
		for at := 0; at < size; at += sector {
			from := i.data[at:min(at+sector, size)]
			switch rnd.IntN(8) {
			case 0, 1: // never written
			case 2: // torn
				copy(data[at:], from[:len(from)/tear*rnd.IntN(tear)])
			default:
				copy(data[at:], from)
			}
		}
		copy(data, i.synced)
	}
	if i.lost < len(data) {
		clear(data[i.lost:min(i.lostTo, len(data))])
	}
	return data
}

// file is an open file.
type file struct {
	d    *disk
	name string
	i    *inode
}

func (f *file) Write(p []byte) (int, error) {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	err := f.d.op("write", f.name)
	if err != nil {
		p = p[:len(p)/2]
	}
	if len(p) > f.d.space {
		p, err = p[:f.d.space], errFull
	}
	f.d.space -= len(p)
	f.i.data = append(f.i.data, p...)
	return len(p), err
}

func (f *file) ReadAt(p []byte, at int64) (int, error) {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	if err := f.d.op("read", f.name); err != nil {
		return 0, err
	}
	n := copy(p, f.i.data[min(int(at), len(f.i.data)):])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (f *file) Sync() error {
	if f.d.stall != nil {
		if err := f.d.stall(); err != nil {
			return err
		}
	}
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	f.d.syncs++
	if err := f.d.op("sync", f.name); err != nil {
		f.i.lost, f.i.lostTo = len(f.i.synced), len(f.i.data)
		return err
	}
	f.i.synced = slices.Clone(f.i.data)
	return nil
}

func (f *file) Close() error { return nil }

// Seek is only ever to the end.
func (f *file) Seek(int64, int) (int64, error) {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	return int64(len(f.i.data)), nil
}
