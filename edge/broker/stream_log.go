package broker

import (
	"github.com/daebus/daebus-go/edge/broker/internal/stream"
)

// What streams do that is not in the words of the command goes to the log like
// this.

// claims appends the words of an XCLAIM up to the IDs of what is pending, and
// claimed those behind: they are pending as p is.
func (r *record) claims(g *stream.Group, c *stream.Consumer) *record {
	return r.text(g.Name).text(c.Name).text("0")
}

func (r *record) claimed(p *stream.Pending) {
	if r != nil && p != nil {
		r.words("TIME").moment(p.Delivered).words("RETRYCOUNT").int(p.Count).words("FORCE JUSTID")
	}
}

// progress appends how far a group is.
func (r *record) progress(g *stream.Group) {
	r.text(g.Name).id(g.Last).words("ENTRIESREAD").int(g.Read)
}

// stream appends the commands that make a stream. They leave out what is pending
// of entries that are gone, and when consumers were seen, as Redis' own log does.
func (r *record) stream(s spot, l *log) {
	e := l.Range(stream.ID{}, stream.Max)
	for e.Next() {
		r.begin(s, "XADD").id(e.ID)
		for e.Len() > 0 {
			r.word(e.Field())
		}
	}
	if l.Len() == 0 { // one that goes at once makes the stream
		r.begin(s, "XADD").words("MAXLEN 0 0-1 x y")
	}
	last := l.Last
	if last.Less(l.Deleted) {
		last = l.Deleted // one command may not set it lower
	}
	r.begin(s, "XSETID").id(last).words("ENTRIESADDED").int(l.Added).words("MAXDELETEDID").id(l.Deleted)
	if last != l.Last {
		r.begin(s, "XSETID").id(l.Last)
	}
	for _, g := range l.Groups() {
		r.begin(s, "XGROUP CREATE").progress(g)
		for _, consumer := range g.Consumers() {
			r.begin(s, "XGROUP CREATECONSUMER").text(g.Name).text(consumer.Name)
			r.pendings(s, l, g, consumer)
		}
	}
}

// mostTogether bounds a command of a rewritten log.
const mostTogether = 1000

// pendings appends what a consumer has pending: what was delivered together with
// one command.
func (r *record) pendings(s spot, l *log, g *stream.Group, c *stream.Consumer) {
	var last *stream.Pending
	together := 0
	w := c.Pending.From(stream.ID{})
	for w.Next() {
		if _, ok := l.Get(w.ID); !ok {
			continue
		}
		if last == nil || w.Delivered != last.Delivered || w.Count != last.Count || together == mostTogether {
			r.claimed(last)
			r.begin(s, "XCLAIM").claims(g, c)
			together = 0
		}
		r.id(w.ID)
		together++
		last = w.Pending
	}
	r.claimed(last)
}
