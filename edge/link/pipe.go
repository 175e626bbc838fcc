package link

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

// pipe is one connection that commands are pipelined on. Whoever sends appends
// to one buffer, and the first of them writes for all (see send.go); a goroutine
// reads and matches the replies to the commands, in order.
type pipe struct {
	conn   net.Conn
	from   *intake
	in     *resp.Reader
	relay  *relay
	hears  hearer
	dead   time.Duration // longest silence, and longest write
	most   int           // bytes that may wait
	inline bool          // senders may write; a TLS connection does not survive a write that was cut short
	log    *slog.Logger
	wake   chan struct{} // the writer is to go on where a sender gave up
	gone   chan struct{} // closed when the pipe has failed
	over   chan struct{} // closed when nobody reads any more

	replies atomic.Int64 // that came, and messages

	mu      sync.Mutex // guards below
	out     []byte
	writing bool  // somebody writes, and will find what is appended
	held    bool  // it is who reads messages, and will when they are answered
	kept    int   // messages since
	silent  bool  // the bus answers only what is asked aloud (see silent.go)
	off     bool  // and is told not to answer now
	aloud   bool  // the next message is to be answered
	waiting queue // whom the replies belong to
	reason  error // why the pipe failed
	err     error // the same for whoever asks of it

	// For whoever writes.
	full  []byte // being written
	done  int    // bytes of full that have been
	slack int    // times in a row that little of a buffer was used
}

// hearer is who hears what is published. All borrow what they are given.
type hearer struct {
	deliver func(t *Turn, pattern, channel, msg []byte)
	refuse  func(channel []byte, size int64) // of a message that was cut
	settled func(verb, name []byte)          // of the answers to subscriptions
}

func newPipe(conn net.Conn, c *Config, hears hearer) *pipe {
	p := &pipe{
		conn:   conn,
		hears:  hears,
		dead:   c.dead(),
		most:   c.Unsent,
		inline: c.TLS == nil,
		log:    c.Log,
		wake:   make(chan struct{}, 1),
		gone:   make(chan struct{}),
		over:   make(chan struct{}),
	}
	p.from = &intake{Conn: conn, most: p.dead}
	p.in = resp.NewReader(p.from, resp.Limits{Bulk: maxMessage})
	p.relay = newRelay(&lag{pipe: p}, p.readOn)
	return p
}

// read matches replies to commands until the pipe fails, or another goroutine
// reads on.
func (p *pipe) read() {
	turn := &Turn{relay: p.relay}
	for !turn.over {
		r, err := p.in.ReadReply()
		if err != nil {
			p.fail(plain(err, p.dead))
			close(p.over)
			return
		}
		p.replies.Add(1)
		p.from.replies++
		if pattern, channel, msg, ok := published(r); !ok {
			p.answered(r)
		} else if size := cut(r); size > 0 {
			p.hears.refuse(channel, size)
		} else {
			p.from.brought++
			p.hears.deliver(turn, pattern, channel, msg)
		}
	}
}

// readOn is read for the goroutine that takes over while a message is still
// being delivered.
func (p *pipe) readOn() {
	p.in.Detach()
	p.read()
}

// answered tells who waits for it of a reply.
func (p *pipe) answered(r resp.Reply) {
	if len(r.Elems) == 3 {
		p.hears.settled(r.Elems[0].Bytes, r.Elems[1].Bytes)
	}
	c, ok := p.pop()
	if !ok {
		p.fail(fmt.Errorf("the bus sent a reply to no command: %s", show(r)))
		return
	}
	a := answerOf(r)
	if a.err == nil && c.number != (r.Kind == resp.Int) {
		// One answer that went missing would shift all others for ever.
		p.fail(fmt.Errorf("the bus answers out of step: %s", show(r)))
		a = answer{err: p.err}
	}
	if !c.answer(a.n, a.err) && a.err != nil && c.number {
		p.log.Warn("message lost", "err", a.err)
	}
}

// show is the head of a reply, to be shown in an error.
func show(r resp.Reply) string {
	if r.Kind == resp.Int {
		return strconv.FormatInt(r.Int, 10)
	}
	return fmt.Sprintf("%.40q", r.Bytes)
}

// plain says what it means that a read failed.
func plain(err error, dead time.Duration) error {
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("no sign of life for %v: %w", dead, err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the bus closed the connection: %w", err)
	}
	return err
}

func (p *pipe) pop() (asked, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.waiting.pop()
}

// published takes apart ["message", channel, msg] and
// ["pmessage", pattern, channel, msg]; pattern is nil for the former.
func published(r resp.Reply) (pattern, channel, msg []byte, ok bool) {
	switch e := r.Elems; {
	case len(e) == 3 && string(e[0].Bytes) == "message":
		return nil, e[1].Bytes, e[2].Bytes, true
	case len(e) == 4 && string(e[0].Bytes) == "pmessage":
		return e[1].Bytes, e[2].Bytes, e[3].Bytes, true
	}
	return nil, nil, nil, false
}

// errLost is what strangers read of a link that was lost.
var errLost = daebus.Errorf(daebus.Unavailable, "the link to the bus was lost")

// fail ends the pipe, for the reason given first, and whoever waits on it.
func (p *pipe) fail(err error) {
	p.mu.Lock()
	if p.err != nil {
		p.mu.Unlock()
		return
	}
	p.reason = err
	p.err = fmt.Errorf("%w: %w", errLost, err)
	close(p.gone)
	lost := p.waiting
	p.waiting = queue{}
	p.mu.Unlock()
	for c, ok := lost.pop(); ok; c, ok = lost.pop() {
		c.answer(0, p.err)
	}
	p.conn.Close() // may take seconds: TLS says goodbye
}

// cause is why the pipe failed.
func (p *pipe) cause() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.reason
}
