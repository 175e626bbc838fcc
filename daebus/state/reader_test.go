package state_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus/state"
)

var start = time.Now()

// reader is a client: it has what it was sent, and follows RFC 7396.
type reader struct {
	cursor state.Cursor
	epoch  string
	seq    uint64
	value  any
	wholes int // frames with the whole value
}

type data struct {
	Topic, Epoch string
	Seq          uint64
	From         *uint64
	Age          int64
	Value, Patch any
}

func decode(t testing.TB, frame *state.Frame) data {
	t.Helper()
	var f struct {
		Type string
		Data json.RawMessage
	}
	if err := json.Unmarshal(frame.Text, &f); err != nil || f.Type != "$topic" || string(f.Data) != string(frame.Data()) {
		t.Errorf("frame %s: %v", frame.Text, err)
	}
	var d data
	if err := json.Unmarshal(f.Data, &d); err != nil {
		t.Errorf("frame %s: %v", frame.Text, err)
	}
	return d
}

// read takes the newest frame and reports whether there was one.
func (r *reader) read(t testing.TB, topic *state.Topic, now time.Time) bool {
	t.Helper()
	frame, next := topic.Next(r.cursor, now)
	if frame == nil {
		if next != r.cursor || topic.Behind(next) {
			t.Fatalf("no frame, from %d to %d", r.cursor, next)
		}
		return false
	}
	r.take(t, frame)
	r.cursor = next
	return true
}

// take follows one frame.
func (r *reader) take(t testing.TB, frame *state.Frame) {
	d := decode(t, frame)
	switch {
	case d.From == nil:
		r.value = d.Value
		r.wholes++
	case d.Epoch != r.epoch || *d.From != r.seq:
		t.Errorf("%s is no news for a reader at %s.%d", frame.Text, r.epoch, r.seq)
	default:
		r.value = merge(r.value, d.Patch)
	}
	r.epoch, r.seq = d.Epoch, d.Seq
}

// merge is MergePatch of RFC 7396, section 2.
func merge(target, patch any) any {
	p, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	object, ok := target.(map[string]any)
	if !ok {
		object = map[string]any{}
	}
	for name, v := range p {
		if v == nil {
			delete(object, name)
		} else {
			object[name] = merge(object[name], v)
		}
	}
	return object
}

// has fails the test unless the reader has exactly value.
func (r *reader) has(t testing.TB, value []byte) {
	t.Helper()
	var want any
	if err := json.Unmarshal(value, &want); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(r.value, want) {
		t.Errorf("a reader has %v, want %s", r.value, value)
	}
}

func show(t testing.TB, topic *state.Topic, value string) {
	t.Helper()
	if _, err := topic.Show(start, []byte(value)); err != nil {
		t.Fatal(err)
	}
}

func encode(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
