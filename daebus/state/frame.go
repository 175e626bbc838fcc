package state

import (
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/daebus/daebus-go/daebus/internal/wire"
)

const (
	maxFrames = 4                      // kept to be shared: most readers are at the same place
	fresh     = 100 * time.Millisecond // how long a frame is shared: the age in it is as wrong
	envelope  = 160                    // bytes around a name and a value
)

const (
	opening = `{"type":"$topic","data":`
	closing = `}`
)

// Frame brings a reader at one place to the newest value. It is shared by all who
// were there, and must not be changed.
type Frame struct {
	Text []byte // {"type":"$topic","data":…}

	since Cursor
	made  time.Time
	once  sync.Once
	wire  any
}

// Data is what stands under data in the text.
func (f *Frame) Data() []byte { return f.Text[len(opening) : len(f.Text)-len(closing)] }

// Encoded is what encode makes of the text. That is done once for all who share
// the frame, so encode is the same for all readers of a topic that use it.
func (f *Frame) Encoded(encode func(text []byte) any) any {
	f.once.Do(func() { f.wire = encode(f.Text) })
	return f.wire
}

// Next returns the frame that brings a reader at c to the newest value, and where
// the reader is then: nil and c when it is there already.
func (t *Topic) Next(c Cursor, now time.Time) (*Frame, Cursor) {
	if !t.Behind(c) {
		return nil, c
	}
	newest := Cursor(t.seq)
	for _, f := range t.frames {
		if f.since == c && now.Sub(f.made) < fresh {
			return f, newest
		}
	}
	f := &Frame{Text: t.encode(c, now), since: c, made: now}
	if len(t.frames) == maxFrames {
		t.frames = slices.Delete(t.frames, 0, 1)
	}
	t.frames = append(t.frames, f)
	return f, newest
}

func (t *Topic) encode(since Cursor, now time.Time) []byte {
	if since > 0 && uint64(since) >= t.floor && t.root.members != nil {
		if b := t.patch(uint64(since), now); len(b) < len(t.value)+len(t.name)+envelope {
			return slices.Clip(b)
		}
	}
	b := t.header(make([]byte, 0, len(t.value)+len(t.name)+envelope))
	b = t.age(b, now)
	b = append(b, `,"value":`...)
	b = append(b, t.value...)
	return append(b, `}`+closing...)
}

func (t *Topic) patch(since uint64, now time.Time) []byte {
	b := t.header(nil)
	b = append(b, `,"from":`...)
	b = strconv.AppendUint(b, since, 10)
	b = t.age(b, now)
	b = append(b, `,"patch":`...)
	b = t.root.members.appendPatch(b, t.value, since)
	return append(b, `}`+closing...)
}

func (t *Topic) header(b []byte) []byte {
	b = append(b, opening+`{"topic":`...)
	b = wire.AppendString(b, t.name)
	b = append(b, `,"epoch":"`...)
	b = append(b, t.epoch...)
	b = append(b, `","seq":`...)
	return strconv.AppendUint(b, t.seq, 10)
}

func (t *Topic) age(b []byte, now time.Time) []byte {
	b = append(b, `,"age":`...)
	return strconv.AppendInt(b, max(0, now.Sub(t.changed).Milliseconds()), 10)
}

// appendPatch appends what makes of the object as it was at since the one that
// it is now. raw is the object's text.
func (o *object) appendPatch(b, raw []byte, since uint64) []byte {
	b = append(b, '{')
	first := len(b)
	name := func(s string) {
		if len(b) > first {
			b = append(b, ',')
		}
		b = wire.AppendString(b, s)
		b = append(b, ':')
	}
	for i := range o.list {
		n := &o.list[i]
		if n.seq <= since {
			continue
		}
		name(n.name)
		if value := n.of(raw); n.members != nil {
			b = n.members.appendPatch(b, value, since)
		} else {
			b = append(b, value...)
		}
	}
	for _, g := range o.gone {
		if g.seq > since {
			name(g.name)
			b = append(b, "null"...)
		}
	}
	return append(b, '}')
}
