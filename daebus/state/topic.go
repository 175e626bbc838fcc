package state

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"time"
)

// MaxValue is the largest value that can be shown, in bytes of JSON.
const MaxValue = 1 << 20

// Topic is the state of one topic. It is not safe for concurrent use.
type Topic struct {
	name  string
	epoch string

	value   []byte
	seq     uint64    // of value; 0: nothing was shown yet
	floor   uint64    // the oldest seq that a patch can start from
	changed time.Time // when value became what it is
	root    node
	gone    int // tombs in the tree

	frames []*Frame // made for readers of this value
}

// Cursor is what a reader has: everything up to a sequence number of the
// topic's epoch. The zero Cursor has nothing.
type Cursor uint64

// New returns a topic that shows nothing yet. Its epoch is random, so that what
// a reader has from a topic of the same name in another process, or from before
// a restart, is not taken for what this one showed.
func New(name string) *Topic {
	const enough = 8 // letters of five bits each
	return &Topic{name: name, epoch: rand.Text()[:enough]}
}

// Name is the topic's name.
func (t *Topic) Name() string { return t.name }

// Epoch says whose sequence numbers they are.
func (t *Topic) Epoch() string { return t.epoch }

// Show makes value the topic's value and reports whether that changes it. value
// must be JSON, is kept, and must not change afterwards. Equal bytes are an equal
// value. The error is that value is too large; then nothing has changed.
func (t *Topic) Show(now time.Time, value []byte) (changed bool, err error) {
	if len(value) > MaxValue {
		return false, fmt.Errorf("the value has %d bytes; want at most %d", len(value), MaxValue)
	}
	if t.seq > 0 && bytes.Equal(t.value, value) {
		return false, nil
	}
	t.seq++
	t.changed = now
	clear(t.frames)
	t.frames = t.frames[:0]
	t.update(value)
	t.value = value
	return true, nil
}

// Resume is where a reader goes on that has got seq of epoch.
func (t *Topic) Resume(epoch string, seq uint64) Cursor {
	if epoch != t.epoch || seq > t.seq {
		return 0
	}
	return Cursor(seq)
}

// Behind reports whether there is something that a reader at c has not got.
func (t *Topic) Behind(c Cursor) bool { return uint64(c) < t.seq }
