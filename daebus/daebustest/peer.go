package daebustest

import (
	"maps"
	"slices"
	"time"

	"github.com/daebus/daebus-go/daebus"
)

// Peer is the far end of a WebSocket connection: what a browser is to the
// service. It speaks dialect A, {"type":…,"data":…}.
type Peer struct{ conn *conn }

// Connect connects a peer: the join functions of OnPeer run, and when it
// returns what they sent can be read. One that was turned away is Closed.
func (s *Service) Connect() *Peer {
	c := s.screens.add()
	c.serve(c.join)
	return &Peer{c}
}

// ID is the peer's name in this service, as daebus.Peer has it.
func (p *Peer) ID() string { return p.conn.ID() }

// Send sends the message {"type":kind,"data":data}. When it returns the service
// has handled it, and its answer can be read.
func (p *Peer) Send(kind string, data any) {
	p.Write(encode(map[string]any{"type": kind, "data": data}))
}

// Write sends a frame as it is. A connection that has ended drops it.
func (p *Peer) Write(frame string) {
	c := p.conn
	c.serve(func() {
		if answer := c.answer([]byte(frame)); answer != nil {
			_ = c.Put(answer) // a full or closed peer has nobody to tell
		}
	})
}

// Read takes the oldest frame that the service sent and that was not read yet;
// "" when there is none. It does not wait: what a job or thread will send in a
// bubble of testing/synctest is there after synctest.Wait.
func (p *Peer) Read() string {
	c := p.conn
	for {
		u := c.read()
		if u.view == nil {
			return u.frame
		}
		if f := u.view.Next(time.Now()); f != nil {
			return string(f.Text)
		}
	}
}

// Rooms lists the rooms the service put the peer in, sorted.
func (p *Peer) Rooms() []string {
	c := p.conn
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Sorted(maps.Keys(c.rooms))
}

// Close hangs up: the leave functions of OnPeer run.
func (p *Peer) Close() { p.conn.Close(goingAway, "") }

// Closed returns how the connection was closed; the code is 0 while it is open.
func (p *Peer) Closed() (code int, reason string) {
	c := p.conn
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.code, c.reason
}

// goingAway is the status of an end that leaves: RFC 6455, section 7.4.1.
const goingAway = 1001

var _ daebus.Peer = (*conn)(nil)
