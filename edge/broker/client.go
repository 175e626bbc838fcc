package broker

import (
	"cmp"
	"errors"
	"net"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// keepReplies is how large a buffer of replies a client keeps.
const keepReplies = 16 << 10

// maxReplies is how much a pipeline may gather before it is written.
const maxReplies = 64 << 10

// client is one connection. Its goroutine runs serve.
type client struct {
	b    *Broker
	home *home
	conn net.Conn
	id   int64
	born time.Time

	// For the client's own goroutine.
	rd       *resp.Reader
	direct   sink          // where replies go until the first subscription
	replies  []byte        // of the pipeline at hand
	around   [2][]byte     // what is around the payload of a message, per protocol version
	handed   bool          // the command at hand gave them to the queue
	wake     []*output     // subscribers that got something from this pipeline
	crowd    bool          // another client was the last to publish to one of them
	woken    []*client     // parked clients that it served
	before   []byte        // replies of the commands before one that waits
	promised []promise     // of before
	ahead    []byte        // what was read while it waited
	waits    bool          // the command at hand parked the client
	quit     bool          // close once the replies are written
	muted    bool          // its commands get no reply
	half     time.Duration // when the command at hand began to come in pieces, since the broker started; 0 = it did not
	armed    bool          // reading ends when the client has been idle, or has sent half a command, for too long
	reason   string        // why the client was cut, if it was

	active atomic.Int64 // when it last read, in nanoseconds since the broker started
	burden burden

	// Written by the client's own goroutine under b.mu, so that other clients
	// may read them under it.
	proto    int
	db       int
	user     *User
	authed   bool
	noEvict  bool
	name     string
	last     *command
	topics   [families]map[string]*topic // subscribed to
	monitors bool                        // it is shown every command
	out      *output                     // nil until the first subscription
	heard    int64                       // the client that published to it last
	debt     int                         // bytes that waited in it, when that was last asked
	parked   *waiter                     // while a command waits; then replies belong to who serves it
	promises []promise                   // of replies, while the client is not parked its own
	multi    *transaction
	watching []place
	spoiled  bool // a watched key changed

	executing bool     // EXEC runs
	late      []*whole // messages to the client itself meanwhile
}

func newClient(b *Broker, conn net.Conn, id int64) *client {
	c := &client{b: b, conn: conn, id: id, born: time.Now(), proto: resp.RESP2}
	c.direct = sink{conn: conn, timeout: b.cfg.WriteTimeout}
	c.rd = resp.NewReader(input{c}, resp.Limits{
		Elements: 64 << 10,
		Bulk:     b.cfg.MaxBulk,
		Total:    2 * b.cfg.MaxBulk,
		Start:    1 << 10,
	})
	c.active.Store(int64(time.Since(b.start)))
	c.logout()
	return c
}

func (c *client) setAuthed(ok bool) {
	c.authed = ok
	c.rd.Restrict(!ok)
}

// serve reads and runs commands until the connection ends.
func (c *client) serve() {
	err := c.converse()
	c.signalAll()
	evicted := c.b.silence(c)
	reason := c.reason
	if errors.Is(err, os.ErrDeadlineExceeded) {
		reason = stalled
	}
	if evicted {
		reason = overBuffers
	}
	if c.out != nil {
		reason = cmp.Or(c.out.finish(), reason)
	}
	c.conn.Close()
	c.b.forget(c, reason != "")
	if reason != "" {
		c.b.log.Warn("broker client cut", "client", c.id, "addr", remote(c.conn), "name", c.name, "reason", reason)
	}
}

func (c *client) converse() error {
	for !c.quit {
		args, err := c.rd.ReadCommand()
		if broken, ok := err.(resp.ProtocolError); ok {
			c.errorText("ERR " + broken.Error())
			break
		}
		if err != nil {
			return err
		}
		c.half = 0
		if len(c.promises) > 0 && c.handsOver(args) {
			c.commit()
		}
		c.b.run(c, args)
		if c.waits {
			if err := c.wait(); err != nil {
				return err
			}
		}
		if len(c.replies) > maxReplies {
			if err := c.flush(); err != nil {
				return err
			}
		}
	}
	return c.flush()
}

// flush writes to the subscribers this pipeline published to, and then its
// replies, for which it may have to wait.
func (c *client) flush() error {
	c.commit()
	if c.out != nil {
		c.hand()
	}
	c.signalAll()
	c.b.relieveOutput()
	if len(c.replies) == 0 {
		return nil
	}
	c.bear(cap(c.replies))
	err := c.direct.write(c.replies)
	c.replies = reuse(c.replies)
	return err
}

// reuse empties a buffer of replies, and lets go of a large one.
func reuse(buf []byte) []byte {
	if cap(buf) > keepReplies {
		return nil
	}
	return buf[:0]
}

// signalAll passes on what the pipeline brought: to subscribers, and to clients that
// waited for a key. In a crowd others are about to publish to the same subscribers:
// they come first, and one write does for all.
func (c *client) signalAll() {
	if c.crowd && len(c.wake) > 0 {
		runtime.Gosched()
	}
	c.crowd = false
	for i, o := range c.wake {
		o.push()
		c.wake[i] = nil
	}
	c.wake = c.wake[:0]
	for i, o := range c.woken {
		o.rouse()
		c.woken[i] = nil
	}
	c.woken = c.woken[:0]
}

// hand gives the replies to the queue, which keeps them in order with the
// messages.
func (c *client) hand() {
	if len(c.replies) == 0 {
		return
	}
	f := frame{body: c.replies}
	if len(c.replies) > keepReplies {
		f.whole = &whole{bytes: c.replies} // which is the queue's now
	}
	c.enqueue(c.out, &f)
	c.replies, c.handed = reuse(c.replies), true
}

// enqueue gives an output a frame, and reports whether it was taken.
func (c *client) enqueue(o *output, f *frame) bool {
	taken, claim := o.put(f)
	if claim {
		c.wake = append(c.wake, o)
	}
	return taken
}

// cut ends the connection of a client that takes more than its share.
func (c *client) cut(reason string) {
	c.reason = reason
	c.quit = true
	hangUp(c.conn)
}

// silence ends the client's subscriptions and its wait. It stays known, so that
// the end of Serve closes it while its last replies are on the way. It reports
// whether the client held too much.
func (b *Broker) silence(c *client) (evicted bool) {
	b.mu.Lock()
	b.pubsub.forget(c)
	c.endTransaction()
	c.stopMonitor()
	if c.parked != nil {
		b.unpark(c.parked)
	}
	evicted = c.burden.evicted
	b.mu.Unlock()
	return evicted
}

func (b *Broker) forget(c *client, cut bool) {
	b.mu.Lock()
	delete(b.clients, c.id)
	b.burden.Add(-c.burden.bytes.Swap(0))
	if cut {
		b.stats.Cut++
	}
	b.mu.Unlock()
}

// remote is the address of the peer; a Unix socket has only its own.
func remote(conn net.Conn) string {
	if a := conn.RemoteAddr(); a != nil && a.String() != "" && a.String() != "@" {
		return a.String()
	}
	return local(conn)
}

func local(conn net.Conn) string {
	if a := conn.LocalAddr(); a != nil {
		if a.Network() == "unix" {
			return a.String() + ":0"
		}
		return a.String()
	}
	return ""
}
