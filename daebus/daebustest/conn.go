package daebustest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/state"
)

// maxUnread is how many frames may wait to be read; the peer is full then.
const maxUnread = 1024

// unread is a frame, or a topic of which the newest is to be read.
type unread struct {
	frame string
	view  *state.View
}

// conn is the service's end of a Peer.
type conn struct {
	service  *Service
	id       string
	ctx      context.Context // ends with the connection
	cancel   context.CancelFunc
	turn     chan struct{} // has room for the one message that may be handled
	since    time.Time
	crossing *daebus.Crossing
	joined   int // hooks whose join has let it in

	mu     sync.Mutex // guards below
	frames []unread
	in     int64 // messages from it
	out    int64 // and to it
	active time.Time
	rooms  map[string]bool
	code   int // how it was closed; 0 while it is open
	reason string
	inUse  bool // a message is being handled
	left   bool // the leave functions have been called
}

func (c *conn) ID() string { return c.id }

// RemoteAddr is an address of the range for documentation, RFC 5737.
func (c *conn) RemoteAddr() string { return "192.0.2.1:" + c.id[len(idPrefix):] }

// Info tells of a peer that connected to /ws as daebustest.
func (c *conn) Info() daebus.PeerInfo {
	c.mu.Lock()
	defer c.mu.Unlock()
	return daebus.PeerInfo{Path: "/ws", UserAgent: "daebustest", Connected: c.since, Active: c.active, In: c.in, Out: c.out}
}

func (c *conn) Send(kind string, v any) error {
	frame, err := daebus.PushFrame(kind, v)
	if err != nil {
		return err
	}
	return c.Put(frame)
}

func (c *conn) Put(frame []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.code != 0:
		return daebus.Errorf(daebus.Unavailable, "%s has gone", c.id)
	case len(c.frames) >= maxUnread:
		return daebus.Errorf(daebus.Busy, "%s does not read", c.id)
	}
	c.frames = append(c.frames, unread{frame: string(frame)})
	c.out++
	return nil
}

// read takes the oldest of what was not read yet, if there is any.
func (c *conn) read() (u unread) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.frames) > 0 {
		u, c.frames = c.frames[0], c.frames[1:]
	}
	return u
}

func (c *conn) Subscribe(topic, epoch string, seq uint64) error {
	return c.service.screens.board.Subscribe(c, topic, epoch, seq, time.Now())
}

func (c *conn) Unsubscribe(topic string) { c.service.screens.board.Unsubscribe(c, topic) }

// Offer takes a topic's frame. A full peer is given the newest when it reads.
func (c *conn) Offer(v *state.View, f *state.Frame) bool {
	if !errors.Is(c.Put(f.Text), daebus.Busy) {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.frames = append(c.frames, unread{view: v})
	return false
}

func (c *conn) Join(room string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.code == 0 {
		c.rooms[room] = true
	}
}

func (c *conn) Leave(room string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.rooms, room)
}

// Close ends the connection. The leave functions run now, or when the message at
// hand has been handled.
func (c *conn) Close(code int, reason string) {
	c.mu.Lock()
	if c.code == 0 {
		c.code, c.reason = code, reason
		clear(c.rooms)
	}
	c.mu.Unlock()
	c.cancel()
	c.settle()
}

// join runs the join functions. One that turns the peer away closes the connection.
func (c *conn) join() {
	for _, hook := range c.service.service.Peers {
		if hook.Join != nil {
			if err := hook.Join(c.ctx, c); err != nil {
				c.Close(daebus.CloseStatus(err))
				return
			}
		}
		c.joined++
	}
}

// answer returns the frame that answers one, nil when there is nothing to say.
func (c *conn) answer(frame []byte) []byte {
	s := c.service.service
	c.came()
	var f daebus.Frame
	switch f.Read(frame); {
	case f.Own():
		return s.Own(c, &f)
	case f.Bridged():
		if t := c.crossing.Take(&f, time.Now()); t != nil {
			t.Run(c.ctx)
		}
		return nil
	}
	return s.Socket(c.ctx, c, frame)
}

// came notes that the peer said something.
func (c *conn) came() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.in++
	c.active = time.Now()
}

// serve runs fn for an open connection, one at a time.
func (c *conn) serve(fn func()) {
	c.turn <- struct{}{}
	defer func() { <-c.turn }()
	if !c.use(true) {
		return
	}
	defer c.settle()
	defer c.use(false)
	fn()
}

// use notes whether a message is being handled and reports whether the
// connection is open.
func (c *conn) use(inUse bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inUse = inUse && c.code == 0
	return c.code == 0
}

// settle says farewell to a connection that was closed and is not in use.
func (c *conn) settle() {
	c.mu.Lock()
	due := c.code != 0 && !c.inUse && !c.left
	c.left = c.left || due
	c.mu.Unlock()
	if !due {
		return
	}
	c.service.screens.board.Leave(c)
	c.service.screens.remove(c)
	c.crossing.Close()
	for _, hook := range c.service.service.Peers[:c.joined] {
		if hook.Leave != nil {
			hook.Leave(context.WithoutCancel(c.ctx), c)
		}
	}
}

// named reports whether to names the peer or a room it is in; naming none means all.
func (c *conn) named(to []string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(to) == 0 || slices.ContainsFunc(to, func(name string) bool { return name == c.id || c.rooms[name] })
}
