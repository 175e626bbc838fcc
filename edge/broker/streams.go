package broker

import (
	"slices"

	"github.com/daebus/daebus-go/edge/broker/internal/stream"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

// log is the value of a stream key. The times in it are milliseconds of
// store.now.
type log struct {
	*stream.Stream
	clock *store
}

func (log) kind() string     { return "stream" }
func (log) encoding() string { return "stream" }
func (l log) bytes() int     { return l.Bytes() }
func (log) empty() bool      { return false } // a stream stays without entries
func (l log) clone() value   { return log{l.Clone(), l.clock} }

func (c *client) newLog() log { return log{new(stream.Stream), &c.b.store} }

// heldGroup returns a group of the stream that key holds, and its entry; the
// group is nil when there is no such key or group. ok is false when key holds
// another type; that error is replied then.
func (c *client) heldGroup(key, group []byte) (g *stream.Group, e *entry, ok bool) {
	l, e, ok := held[log](c, key)
	if e == nil || !ok {
		return nil, e, ok
	}
	return l.Group(group), e, true
}

// shifted is called after a command changed nothing of a stream but its groups
// and counters, which neither WATCH nor a blocked client waits for.
func (c *client) shifted(e *entry) {
	c.b.store.charge(e)
	c.b.effects.dirty = true
}

// counted replies the array of the values that write replies and counts.
func (c *client) counted(write func() int) {
	at := len(c.replies)
	n := write()
	var header [24]byte
	c.replies = slices.Insert(c.replies, at, resp.AppendArrayHeader(header[:0], n)...)
}

func (c *client) streamID(id stream.ID) {
	var text [41]byte
	c.bytes(id.Append(text[:0]))
}

// item replies an entry of a stream.
func (c *client) item(e stream.Entry) {
	c.array(2)
	c.streamID(e.ID)
	c.array(2 * e.Len())
	for name, value := range e.Fields() {
		c.bytes(name)
		c.bytes(value)
	}
}

// itemOrNull replies an entry that is there or is not.
func (c *client) itemOrNull(e stream.Entry, ok bool) {
	if ok {
		c.item(e)
	} else {
		c.null()
	}
}

// idWord is an ID as a word of the log.
func idWord(id stream.ID) []byte { return id.Append(nil) }

// rewrite leaves out what is pending of entries that are gone, and when
// consumers were seen, as Redis' own log does.
func (l log) rewrite(key []byte, emit func(words ...[]byte)) {
	var words [][]byte
	for e := range l.Range(stream.ID{}, stream.Max) {
		words = append(words[:0], []byte("XADD"), key, idWord(e.ID))
		for name, value := range e.Fields() {
			words = append(words, name, value)
		}
		emit(words...)
	}
	if l.Len() == 0 {
		emit([]byte("XADD"), key, []byte("MAXLEN"), []byte("0"), []byte("0-1"), []byte("x"), []byte("y"))
	}
	emit([]byte("XSETID"), key, idWord(l.Last),
		[]byte("ENTRIESADDED"), number(l.Added), []byte("MAXDELETEDID"), idWord(l.Deleted))
	for _, g := range l.Groups() {
		name := []byte(g.Name)
		emit([]byte("XGROUP"), []byte("CREATE"), key, name, idWord(g.Last), []byte("ENTRIESREAD"), number(g.Read))
		for _, consumer := range g.Consumers() {
			emit([]byte("XGROUP"), []byte("CREATECONSUMER"), key, name, []byte(consumer.Name))
		}
		for p := range g.Pending.From(stream.ID{}) {
			words = append(append(words[:0], []byte("XCLAIM")), l.claim(key, g, p)...)
			emit(words...)
		}
	}
}

// claim is the words of the XCLAIM that makes an entry pending as it is now.
func (l log) claim(key []byte, g *stream.Group, p *stream.Pending) [][]byte {
	return [][]byte{key, []byte(g.Name), []byte(p.Consumer.Name), []byte("0"), idWord(p.ID),
		[]byte("TIME"), number(p.Delivered + l.clock.wall()), []byte("RETRYCOUNT"), number(p.Count),
		[]byte("FORCE"), []byte("JUSTID"), []byte("LASTID"), idWord(g.Last)}
}
