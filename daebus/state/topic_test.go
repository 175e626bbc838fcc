package state_test

import (
	"fmt"
	"maps"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus/state"
)

// text is what a reader at c is sent, with an epoch that can be compared.
func text(topic *state.Topic, c state.Cursor, after time.Duration) string {
	frame, _ := topic.Next(c, start.Add(after))
	if frame == nil {
		return ""
	}
	return strings.ReplaceAll(string(frame.Text), topic.Epoch(), "E")
}

func want(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// newest is the whole value.
func newest(t testing.TB, topic *state.Topic, after time.Duration) data {
	t.Helper()
	frame, _ := topic.Next(0, start.Add(after))
	return decode(t, frame)
}

func TestWhatIsOnTheWire(t *testing.T) {
	topic := state.New(`"t"`)
	want(t, text(topic, 0, 0), "")
	show(t, topic, `{"a":1,"b":{"c":2,"d":[1,2]},"e":"x"}`)
	want(t, text(topic, 0, 1500*time.Millisecond), `{"type":"$topic","data":{"topic":"\"t\"","epoch":"E","seq":1,"age":1500,"value":{"a":1,"b":{"c":2,"d":[1,2]},"e":"x"}}}`)
	want(t, text(topic, 1, 0), "")
	show(t, topic, `{"a":1,"b":{"c":3,"d":[1,2]}}`)
	want(t, text(topic, 1, 0), `{"type":"$topic","data":{"topic":"\"t\"","epoch":"E","seq":2,"from":1,"age":0,"patch":{"b":{"c":3},"e":null}}}`)
	show(t, topic, `{"a":1,"b":{"c":3,"d":[1]},"f":{"g":{}}}`)
	want(t, text(topic, 1, -time.Second), `{"type":"$topic","data":{"topic":"\"t\"","epoch":"E","seq":3,"from":1,"age":0,"patch":{"b":{"c":3,"d":[1]},"f":{"g":{}},"e":null}}}`)
	want(t, text(topic, 2, 0), `{"type":"$topic","data":{"topic":"\"t\"","epoch":"E","seq":3,"from":2,"age":0,"patch":{"b":{"d":[1]},"f":{"g":{}}}}}`)
}

var epochs = regexp.MustCompile(`^[A-Z2-7]{8}$`)

func TestEpochsDiffer(t *testing.T) {
	a, b := state.New("t"), state.New("t")
	if !epochs.MatchString(a.Epoch()) || a.Epoch() == b.Epoch() || a.Name() != "t" {
		t.Errorf("%s: epochs %q and %q", a.Name(), a.Epoch(), b.Epoch())
	}
}

func TestResume(t *testing.T) {
	topic := state.New("t")
	show(t, topic, `{"a":1}`)
	show(t, topic, `{"a":2}`)
	for _, c := range []struct {
		epoch string
		seq   uint64
		at    state.Cursor
	}{{topic.Epoch(), 2, 2}, {topic.Epoch(), 1, 1}, {topic.Epoch(), 3, 0}, {"", 1, 0}, {"other", 2, 0}} {
		if at := topic.Resume(c.epoch, c.seq); at != c.at {
			t.Errorf("with %s.%d a reader is at %d, want %d", c.epoch, c.seq, at, c.at)
		}
	}
}

func TestAnEqualValueIsNoNews(t *testing.T) {
	topic := state.New("t")
	for i, value := range []string{`{"a":1}`, `{"a":1}`} {
		changed, err := topic.Show(start.Add(time.Duration(i)*time.Hour), []byte(value))
		if err != nil || changed != (i == 0) {
			t.Errorf("show %d: %v, %v", i, changed, err)
		}
	}
	if d := newest(t, topic, time.Hour); d.Age != time.Hour.Milliseconds() || d.Seq != 1 {
		t.Errorf("got age %d at %d", d.Age, d.Seq)
	}
}

func TestValueTooLarge(t *testing.T) {
	topic := state.New("t")
	most := `"` + strings.Repeat("x", state.MaxValue-2) + `"`
	show(t, topic, most)
	_, err := topic.Show(start, []byte(most+" "))
	want(t, fmt.Sprint(err), "the value has 1048577 bytes; want at most 1048576")
	if d := newest(t, topic, 0); d.Seq != 1 {
		t.Error("a value that was refused is shown")
	}
}

// steps are values one after the other, and whether a reader of the first can
// be brought to the last by a patch.
var steps = map[string]struct {
	values []string
	patch  bool
}{
	"changed":                       {[]string{`{"a":1,"pad":"0123456789"}`, `{"a":2,"pad":"0123456789"}`}, true},
	"null all along":                {[]string{`{"n":null,"a":1}`, `{"n":null,"a":2}`}, true},
	"null no more":                  {[]string{`{"n":null,"a":1}`, `{"n":1,"a":1}`}, true},
	"null now":                      {[]string{`{"n":1}`, `{"n":null}`}, false},
	"null deep down":                {[]string{`{}`, `{"a":{"b":{"n":null}}}`}, false},
	"null in an array":              {[]string{`{}`, `{"a":[null,{"n":null}]}`}, true},
	"no object":                     {[]string{`{"a":1}`, `[1]`}, false},
	"an object again":               {[]string{`{"a":1}`, `[1]`, `{"a":1}`}, false},
	"object from none":              {[]string{`[1]`, `{"a":1}`}, false},
	"an object within again":        {[]string{`{"a":{"x":1}}`, `{"a":1}`, `{"a":{"y":1}}`}, false},
	"gone and there again":          {[]string{`{"a":{"x":1}}`, `{}`, `{"a":{"y":1}}`}, false},
	"object within from none":       {[]string{`{"a":1}`, `{"a":{"y":1}}`}, true},
	"eight deep":                    {[]string{`{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}`, `{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":2}}}}}}}}`}, true},
	"nine deep":                     {[]string{`{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}}`, `{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":2}}}}}}}}}`}, false},
	"a name twice":                  {[]string{`{"a":1}`, `{"a":2,"a":1}`}, false},
	"a name twice before":           {[]string{`{"a":{"x":1}}`, `{"a":1,"a":{"x":1}}`, `{"a":{"y":1}}`}, false},
	"a name that is written badly":  {[]string{`{}`, `{"\ud800":1}`}, false},
	"a name written in another way": {[]string{`{"a":1}`, `{"\u0061":2}`}, true},
	"larger than the value":         {[]string{`{"` + strings.Repeat("a", 200) + `":1}`, `{}`}, false},
}

func TestWhatAPatchCanSay(t *testing.T) {
	for name, c := range steps {
		topic := state.New("t")
		var r reader
		for i, value := range c.values {
			show(t, topic, value)
			if i == 0 {
				r.read(t, topic, start)
			}
		}
		r.read(t, topic, start)
		r.has(t, []byte(c.values[len(c.values)-1]))
		if patch := r.wholes == 1; patch != c.patch {
			t.Errorf("%s: by patch: %v, want %v", name, patch, c.patch)
		}
	}
}

// TestNamesAreForgotten has members come and go, each under a new name: a
// reader that is little behind gets patches, one that is far behind does not.
func TestNamesAreForgotten(t *testing.T) {
	topic := state.New("t")
	live := map[string]int{}
	pad := strings.Repeat("x", 4000) // so that no patch is larger than the value
	var near, far reader
	for i := range 2000 {
		live[fmt.Sprint(i)] = i
		delete(live, fmt.Sprint(i-3))
		value := encode(t, map[string]any{"pad": pad, "live": maps.Clone(live)})
		show(t, topic, value)
		if i == 0 {
			far.read(t, topic, start)
		}
		if i%100 == 99 {
			near.read(t, topic, start)
			near.has(t, []byte(value))
		}
	}
	far.read(t, topic, start)
	far.has(t, []byte(encode(t, map[string]any{"pad": pad, "live": live})))
	if near.wholes != 1 || far.wholes != 2 {
		t.Errorf("the near reader got %d values, the far one %d; want 1 and 2", near.wholes, far.wholes)
	}
}

func TestAllNamesGoneAtOnce(t *testing.T) {
	topic := state.New("t")
	many := map[string]any{}
	for i := range 1000 {
		many[fmt.Sprint(i)] = i
	}
	show(t, topic, encode(t, many))
	var r reader
	r.read(t, topic, start)
	last := `{"pad":"` + strings.Repeat("x", 20000) + `"}`
	show(t, topic, last)
	r.read(t, topic, start)
	r.has(t, []byte(last))
	if r.wholes != 2 {
		t.Error("a thousand names are remembered")
	}
}

func TestReadersShareFrames(t *testing.T) {
	topic := state.New("t")
	show(t, topic, `{"a":1}`)
	a, _ := topic.Next(0, start)
	b, _ := topic.Next(0, start.Add(99*time.Millisecond))
	c, _ := topic.Next(0, start.Add(100*time.Millisecond))
	if a != b || a == c {
		t.Error("a frame is shared while its age is right, and no longer")
	}
	encoded := 0
	encode := func(text []byte) any { encoded++; return len(text) }
	if n := a.Encoded(encode); n != len(a.Text) || b.Encoded(encode) != n || encoded != 1 {
		t.Errorf("encoded %d times, to %v", encoded, n)
	}
}
