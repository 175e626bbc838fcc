package state

import (
	"slices"
	"strconv"
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

// frame is what brings a reader at since to the newest value.
type frame struct {
	since Cursor
	made  time.Time
	bytes []byte
}

// Next returns the WebSocket frame {"type":"$topic","data":…} that brings a
// reader at c to the newest value, and where the reader is then: nil and c when
// it is there already. The frame is shared and must not be changed.
func (t *Topic) Next(c Cursor, now time.Time) ([]byte, Cursor) {
	if !t.Behind(c) {
		return nil, c
	}
	newest := Cursor(t.seq)
	for _, f := range t.frames {
		if f.since == c && now.Sub(f.made) < fresh {
			return f.bytes, newest
		}
	}
	f := frame{c, now, t.encode(c, now)}
	if len(t.frames) == maxFrames {
		t.frames = slices.Delete(t.frames, 0, 1)
	}
	t.frames = append(t.frames, f)
	return f.bytes, newest
}

// Data is what stands under data in a frame that Next returned. It borrows.
func Data(frame []byte) []byte { return frame[len(opening) : len(frame)-len(closing)] }

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
