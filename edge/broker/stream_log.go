package broker

import (
	"github.com/daebus/daebus-go/edge/broker/internal/stream"
)

// What streams do that is not in the words of the command goes to the log like
// this.

// idWord is an ID as a word of the log.
func idWord(id stream.ID) []byte { return id.Append(nil) }

// claim is the XCLAIM that makes entries pending as p is.
func (l *log) claim(key []byte, g *stream.Group, p *stream.Pending, ids ...stream.ID) [][]byte {
	words := [][]byte{[]byte("XCLAIM"), key, []byte(g.Name), []byte(p.Consumer.Name), []byte("0")}
	for _, id := range ids {
		words = append(words, idWord(id))
	}
	return append(words, []byte("TIME"), number(p.Delivered+l.clock.wall()),
		[]byte("RETRYCOUNT"), number(p.Count), []byte("FORCE"), []byte("JUSTID"))
}

// logProgress logs how far a group is.
func (c *client) logProgress(key []byte, g *stream.Group) {
	c.effect("XGROUP", []byte("SETID"), key, []byte(g.Name), idWord(g.Last), []byte("ENTRIESREAD"), number(g.Read))
}

// rewrite leaves out what is pending of entries that are gone, and when
// consumers were seen, as Redis' own log does.
func (l *log) rewrite(key []byte, emit func(words ...[]byte)) {
	var words [][]byte
	e := l.Range(stream.ID{}, stream.Max)
	for e.Next() {
		words = append(words[:0], []byte("XADD"), key, idWord(e.ID))
		for e.Len() > 0 {
			name, value := e.Field()
			words = append(words, name, value)
		}
		emit(words...)
	}
	if l.Len() == 0 { // one that goes at once makes the stream
		emit([]byte("XADD"), key, []byte("MAXLEN"), []byte("0"), []byte("0-1"), []byte("x"), []byte("y"))
	}
	last := l.Last
	if last.Less(l.Deleted) {
		last = l.Deleted // one command may not set it lower
	}
	emit([]byte("XSETID"), key, idWord(last),
		[]byte("ENTRIESADDED"), number(l.Added), []byte("MAXDELETEDID"), idWord(l.Deleted))
	if last != l.Last {
		emit([]byte("XSETID"), key, idWord(l.Last))
	}
	for _, g := range l.Groups() {
		l.rewriteGroup(key, g, emit)
	}
}

func (l *log) rewriteGroup(key []byte, g *stream.Group, emit func(words ...[]byte)) {
	name := []byte(g.Name)
	emit([]byte("XGROUP"), []byte("CREATE"), key, name, idWord(g.Last), []byte("ENTRIESREAD"), number(g.Read))
	for _, consumer := range g.Consumers() {
		emit([]byte("XGROUP"), []byte("CREATECONSUMER"), key, name, []byte(consumer.Name))
		var first *stream.Pending
		var ids []stream.ID // those delivered together with first
		w := consumer.Pending.From(stream.ID{})
		for w.Next() {
			p := w.Pending
			if _, ok := l.Get(p.ID); !ok {
				continue
			}
			if len(ids) > 0 && (p.Delivered != first.Delivered || p.Count != first.Count || len(ids) == mostTogether) {
				emit(l.claim(key, g, first, ids...)...)
				ids = ids[:0]
			}
			if len(ids) == 0 {
				first = p
			}
			ids = append(ids, p.ID)
		}
		if len(ids) > 0 {
			emit(l.claim(key, g, first, ids...)...)
		}
	}
}

// mostTogether bounds a command of the log.
const mostTogether = 1000
