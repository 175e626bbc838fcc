package hub

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"github.com/daebus/daebus-go/daebus"
)

// farewell is how long a peer that is being closed has to take what it still
// gets, and to answer the close frame.
const farewell = 2 * time.Second

var tooSlow = ending{websocket.StatusTryAgainLater, "too slow: the messages for it do not fit in its queue", true}

// peer is one connection. It implements daebus.Peer.
type peer struct {
	// What a message to many peers touches comes first, together.
	conn    *conn // under ws
	after   *peer // in a chain; of who writes
	deflate bool
	queue   queue
	info    info

	id     string
	addr   string
	hub    *Hub
	ws     *websocket.Conn
	reader *bufio.Reader   // of ws
	ctx    context.Context // of hooks and handlers; there may be no goroutine to hold it
	cancel context.CancelFunc
	gone   chan struct{} // closed when the connection is, and ctx has ended

	tasks    tasks
	joined   int              // hooks that let it in
	crossing *daebus.Crossing // of the one who reads; nil until it uses the bridge
	bucket   bucket           // of the one who reads

	beat    beat
	place   place
	parked  atomic.Bool
	reading bool  // in the middle of a message; of the one who reads
	fd      int32 // guarded by hub.lot.mu

	rooms   map[string]struct{} // guarded by hub.mu
	crowded bool                // guarded by hub.mu
	index   int                 // in hub.all; guarded by hub.mu
}

func newPeer(h *Hub, r *http.Request) *peer {
	p := &peer{id: newID(), hub: h, gone: make(chan struct{})}
	p.ctx, p.cancel = context.WithCancel(h.cfg.Context)
	p.queue.limit = h.cfg.QueueBytes
	p.tasks = tasks{lane: h.cfg.NewLane(), done: make(chan struct{})}
	p.info.begin(r)
	return p
}

// newID is unguessable: whoever knows it can be sent to. The form is the
// original's, with a version 4 UUID of RFC 9562.
func newID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("user_%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func (p *peer) ID() string         { return p.id }
func (p *peer) RemoteAddr() string { return p.addr }

// log is made when it is needed: most peers never are in the log.
func (p *peer) log() *slog.Logger {
	return p.hub.cfg.Log.With("peer", p.id, "addr", p.addr)
}

func (p *peer) Send(kind string, v any) error {
	frame, err := daebus.PushFrame(kind, v)
	if err != nil {
		return err
	}
	return p.Put(frame)
}

// Put queues a message.
func (p *peer) Put(frame []byte) error {
	switch err := p.put(newFrame(frame)); err {
	case daebus.Busy:
		return daebus.Errorf(daebus.Busy, "peer %s does not read and is closed", p.id)
	case daebus.Unavailable:
		return daebus.Errorf(daebus.Unavailable, "peer %s has gone", p.id)
	default:
		return err
	}
}

// Close ends the connection after what was sent before. A code that may not
// stand in a close frame is replaced with 1011, a reason over 123 bytes is cut.
func (p *peer) Close(code int, reason string) {
	const most = 123 // of the 125 bytes of a control frame the code takes two
	reason = strings.ToValidUTF8(reason[:min(len(reason), most)], "")
	p.end(ending{code: sendable(code), reason: reason})
}

// sendable keeps to RFC 6455, section 7.4, and the registry it founds.
func sendable(code int) websocket.StatusCode {
	switch {
	case code >= 1000 && code <= 1003, code >= 1007 && code <= 1014, code >= 3000 && code <= 4999:
		return websocket.StatusCode(code)
	}
	return websocket.StatusInternalError
}

// put queues a frame. A peer whose queue is full is closed.
func (p *peer) put(f *frame) error {
	idle, err := p.queue.put(f)
	switch {
	case idle:
		p.hub.writers.add(chain{p, p})
	case err == daebus.Busy:
		p.end(tooSlow)
	}
	return err
}

// mark has the source asked when the peer can be written to.
func (p *peer) mark(s source) {
	if p.queue.mark(s) {
		p.hub.writers.add(chain{p, p})
	}
}

// end begins the end of the connection. Only the first one counts; drain does
// the rest.
func (p *peer) end(e ending) {
	first, idle := p.queue.close(e)
	if !first {
		return
	}
	p.conn.expire(farewell)
	if idle {
		go p.drain(nil, 0)
	}
	p.wake() // to read the answer to the close frame
}

// dismiss sends the shutdown frame and closes the peer.
func (p *peer) dismiss(f *frame) {
	if f != nil {
		_ = p.put(f) // who cannot take it is closed all the same
	}
	p.end(ending{code: websocket.StatusGoingAway, reason: "server shutdown"})
}
