package hub

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
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
	id     string
	addr   string
	hub    *Hub
	ws     *websocket.Conn
	conn   *conn // under ws
	queue  *queue
	tasks  tasks
	info   info
	joined int    // hooks that let it in
	bucket bucket // of the reader

	rooms   map[string]struct{} // guarded by hub.mu
	crowded bool                // guarded by hub.mu
}

func newPeer(h *Hub, ws *websocket.Conn, c *conn, r *http.Request) *peer {
	p := &peer{
		id:    newID(),
		addr:  c.RemoteAddr().String(),
		hub:   h,
		ws:    ws,
		conn:  c,
		queue: newQueue(h.cfg.QueueBytes),
		tasks: tasks{lane: h.cfg.NewLane(), done: make(chan struct{})},
	}
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

// Put queues a frame, which is kept.
func (p *peer) Put(frame []byte) error {
	switch err := p.put(frame); err {
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

// put queues a frame, which is kept. A peer whose queue is full is closed.
func (p *peer) put(frame []byte) error {
	err := p.queue.put(frame)
	if err == daebus.Busy {
		p.end(tooSlow)
	}
	return err
}

// end begins the end of the connection. Only the first one counts; the writer
// does the rest.
func (p *peer) end(e ending) {
	if p.queue.close(e) {
		p.conn.expire(farewell)
	}
}

// dismiss sends the shutdown frame and closes the peer.
func (p *peer) dismiss(frame []byte) {
	if frame != nil {
		_ = p.put(frame) // who cannot take it is closed all the same
	}
	p.end(ending{code: websocket.StatusGoingAway, reason: "server shutdown"})
}

// serve returns when the peer has gone and its leave hooks have returned.
func (p *peer) serve(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		defer cancel()
		p.write()
	})
	p.hub.add(p)
	if p.join(ctx) {
		wg.Go(func() { p.beat(ctx) })
		p.read(ctx)
	}
	p.hub.board.Leave(p)
	p.hub.remove(p)
	wg.Wait()
	if e, _ := p.queue.end(); e == tooSlow {
		p.hub.Stats.Slow.Add(1)
		p.log().Warn("peer closed: it does not read")
	}
	p.tasks.wait(p.hub.abandoned)
	p.leave(context.WithoutCancel(ctx))
}

// write sends what is queued, and closes the connection when the queue is
// closed.
func (p *peer) write() {
	for {
		frame, ok := p.queue.next()
		if !ok {
			break
		}
		if err := p.ws.Write(context.Background(), websocket.MessageText, frame); err != nil {
			p.end(failed(err))
			break
		}
		p.hub.Stats.Out.Add(1)
		p.info.out.Add(1)
	}
	e, _ := p.queue.end()
	_ = p.ws.Close(e.code, e.reason) // the peer may have gone already
}

// failed is the ending that a failed read or write leads to. Of a connection
// that is lost the peer does not get to see it.
func failed(err error) ending {
	switch {
	case errors.Is(err, websocket.ErrMessageTooBig):
		return ending{websocket.StatusMessageTooBig, "message too big", true}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return tooSlow
	}
	return ending{websocket.StatusProtocolError, "", true}
}

// beat pings the peer and closes it when no answer comes. It needs a reader.
func (p *peer) beat(ctx context.Context) {
	tick := time.NewTicker(p.hub.cfg.Ping)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		answer, cancel := context.WithTimeout(ctx, p.hub.cfg.Ping)
		err := p.ws.Ping(answer)
		// A ping gives up early behind a long message; then the time limit on
		// writing decides.
		waited := errors.Is(err, context.DeadlineExceeded) && answer.Err() == nil
		cancel()
		if err != nil && !waited {
			p.end(ending{websocket.StatusPolicyViolation, "no answer to a ping", true})
			return
		}
	}
}
