package link

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

// keepOut is the size above which a write buffer is dropped rather than reused.
const keepOut = 64 << 10

// maxWaiting is how many commands may wait for their answer.
const maxWaiting = 64 << 10

// pipe is one connection that commands are pipelined on. Whoever sends appends
// to one buffer; one goroutine writes all that waits at once, another reads and
// matches the replies to the commands, in order.
type pipe struct {
	conn net.Conn
	in   *resp.Reader
	dead time.Duration // longest silence, and longest write
	most int           // bytes that may wait
	log  *slog.Logger
	wake chan struct{} // something waits to be written
	gone chan struct{} // closed when the pipe has failed

	mu      sync.Mutex // guards below
	out     []byte
	waiting queue // whom the replies belong to
	reason  error // why the pipe failed
	err     error // the same for whoever asks of it
}

func newPipe(conn net.Conn, c *Config) *pipe {
	p := &pipe{
		conn: conn,
		dead: c.dead(),
		most: c.Unsent,
		log:  c.Log,
		wake: make(chan struct{}, 1),
		gone: make(chan struct{}),
	}
	p.in = resp.NewReader(silence{conn, p.dead}, resp.Limits{})
	return p
}

// silence reads from a connection that may not be silent for longer than d.
type silence struct {
	net.Conn
	d time.Duration
}

func (s silence) Read(b []byte) (int, error) {
	if err := s.SetReadDeadline(time.Now().Add(s.d)); err != nil {
		return 0, err
	}
	return s.Conn.Read(b)
}

// publish queues a PUBLISH. Its answer goes to w, which must have room for it;
// nil when nobody waits.
func (p *pipe) publish(w chan answer, channel string, msg []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.roomLocked(); err != nil {
		return err
	}
	p.out = resp.AppendArrayHeader(p.out, 3)
	p.out = resp.AppendBulk(p.out, "PUBLISH")
	p.out = resp.AppendBulk(p.out, channel)
	p.out = resp.AppendBulk(p.out, msg)
	p.queuedLocked(w)
	return nil
}

// command is publish for every other command.
func (p *pipe) command(w chan answer, words ...string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.roomLocked(); err != nil {
		return err
	}
	p.out = resp.AppendCommand(p.out, words...)
	p.queuedLocked(w)
	return nil
}

func (p *pipe) roomLocked() error {
	switch {
	case p.err != nil:
		return p.err
	case len(p.out) > p.most:
		return daebus.Errorf(daebus.Busy, "the link is full: %d bytes wait to be sent", len(p.out))
	case p.waiting.n >= maxWaiting:
		return daebus.Errorf(daebus.Busy, "the link is full: %d commands wait for an answer", p.waiting.n)
	}
	return nil
}

func (p *pipe) queuedLocked(w chan answer) {
	p.waiting.push(w)
	select {
	case p.wake <- struct{}{}:
	default: // the writer will find it
	}
}

// write writes what waits until the pipe fails.
func (p *pipe) write() {
	var spare []byte
	for {
		select {
		case <-p.wake:
		case <-p.gone:
			return
		}
		runtime.Gosched() // others are about to append
		p.mu.Lock()
		full := p.out
		p.out = spare[:0]
		p.mu.Unlock()
		if len(full) == 0 {
			spare = full
			continue
		}
		err := p.conn.SetWriteDeadline(time.Now().Add(p.dead))
		if err == nil {
			_, err = p.conn.Write(full)
		}
		if err != nil {
			p.fail(err)
			return
		}
		if spare = full; cap(spare) > keepOut {
			spare = nil
		}
	}
}

// read matches replies to commands until the pipe fails. Published messages
// go to deliver and the answers to subscriptions to settled, which borrow what
// they are given.
func (p *pipe) read(deliver func(pattern, channel, msg []byte), settled func(verb, name []byte)) {
	for {
		r, err := p.in.ReadReply()
		if err != nil {
			p.fail(plain(err, p.dead))
			return
		}
		if pattern, channel, msg, ok := published(r); ok {
			deliver(pattern, channel, msg)
			continue
		}
		if len(r.Elems) == 3 {
			settled(r.Elems[0].Bytes, r.Elems[1].Bytes)
		}
		w, ok := p.next()
		if !ok {
			p.fail(fmt.Errorf("the bus sent a reply to no command: %.40q", r.Bytes))
			return
		}
		a := answerOf(r)
		switch {
		case w != nil:
			w <- a
		case a.err != nil:
			p.log.Warn("message lost", "err", a.err)
		}
	}
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

func (p *pipe) next() (chan answer, bool) {
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

var errLost = errors.New("the link to the bus was lost")

// fail ends the pipe, for the reason given first, and whoever waits on it.
func (p *pipe) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return
	}
	p.reason = err
	p.err = daebus.Errorf(daebus.Unavailable, "%w: %w", errLost, err)
	close(p.gone)
	p.conn.Close()
	for {
		w, ok := p.waiting.pop()
		if !ok {
			return
		}
		if w != nil {
			w <- answer{err: p.err}
		}
	}
}

// cause is why the pipe failed.
func (p *pipe) cause() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.reason
}
