package state_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/daebus/daebus-go/daebus/state"
)

// random changes a value a little, and now and then beyond recognition.
type random struct{ *rand.Rand }

func (r random) value(depth int) any {
	switch n := r.IntN(12); {
	case n < 5 && depth < 11:
		object := map[string]any{}
		for range r.IntN(4) {
			object[r.name()] = r.value(depth + 1)
		}
		return object
	case n < 7:
		return []any{r.leaf(), map[string]any{"in": r.leaf()}, nil}[:r.IntN(4)]
	}
	return r.leaf()
}

func (r random) leaf() any {
	if r.IntN(20) == 0 {
		return nil
	}
	return []any{r.IntN(9), r.IntN(2) == 0, fmt.Sprint("é\"", r.IntN(9))}[r.IntN(3)]
}

// name is one of a few; some are rare, so that there are more than are remembered.
func (r random) name() string {
	if r.IntN(4) == 0 {
		return fmt.Sprint("sensor ", r.IntN(400))
	}
	return string(rune('a' + r.IntN(5)))
}

func (r random) change(v any, depth int) any {
	object, ok := v.(map[string]any)
	if !ok || r.IntN(12) == 0 {
		return r.value(depth)
	}
	for range 1 + r.IntN(3) {
		switch name := r.name(); {
		case r.IntN(4) == 0:
			delete(object, name)
		case object[name] != nil:
			object[name] = r.change(object[name], depth+1)
		default:
			object[name] = r.value(depth + 1)
		}
	}
	for name := range object {
		if depth == 0 && r.IntN(len(object)) > 60 {
			delete(object, name) // map order, but no outcome hangs on it
		}
	}
	return object
}

// follow shows values to readers of which the first reads each and others only
// now and then; each has the newest value whenever it has read.
func follow(t testing.TB, r random, steps int) (patches int) {
	topic := state.New("t")
	readers := make([]reader, 5)
	var v any = map[string]any{}
	for range steps {
		v = r.change(v, 0)
		value, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := topic.Show(start, value); err != nil {
			t.Fatal(err)
		}
		for i := range readers {
			if i > 0 && r.IntN(1<<i) > 0 {
				continue
			}
			before := readers[i].wholes
			if readers[i].read(t, topic, start) && readers[i].wholes == before {
				patches++
			}
			readers[i].has(t, value)
			if r.IntN(30) == 0 { // it comes back, with what it had
				readers[i].cursor = topic.Resume(readers[i].epoch, readers[i].seq)
			}
		}
	}
	return patches
}

func TestReadersEndUpWithTheNewestValue(t *testing.T) {
	patches, frames := 0, 0
	for seed := range uint64(30) {
		patches += follow(t, random{rand.New(rand.NewPCG(seed, 1))}, 100)
		frames += 100
	}
	if patches < frames/3 {
		t.Errorf("%d patches in %d steps; the test shows little", patches, frames)
	}
}

// FuzzShow shows texts one after the other, most of which are no JSON, as
// values of members and as values. Whatever a reader is sent, it ends up with
// the newest text that is JSON.
func FuzzShow(f *testing.F) {
	f.Add([]byte(`{"a":1}`), []byte(`{"a":{"b":null}}`), []byte(`{"a":{}}`), uint8(7))
	f.Add([]byte(`{"a":1,"a":2}`), []byte(`{"a":2}`), []byte(`{"\u0061":3}`), uint8(3))
	f.Add([]byte(`{"a":{"b":1}}`), []byte(`{"a":[null]}`), []byte(`{"a":{"c":1}}`), uint8(1))
	f.Add([]byte(`{"\ud800":1}`), []byte(` {"\ud801":1}`), []byte("null"), uint8(5))
	f.Fuzz(func(t *testing.T, a, b, c []byte, when uint8) {
		topic := state.New("t")
		var each, some reader
		for i, text := range [][]byte{a, b, c, a, c, b} {
			if !json.Valid(text) {
				_, _ = topic.Show(start, text) // must not panic
				topic.Next(0, start)
				topic.Next(state.Cursor(i), start)
				topic, each, some = state.New("t"), reader{}, reader{}
				continue
			}
			if _, err := topic.Show(start, text); err != nil {
				t.Fatal(err)
			}
			each.read(t, topic, start)
			each.has(t, text)
			if when>>i&1 == 1 {
				some.read(t, topic, start)
				some.has(t, text)
			}
		}
	})
}
