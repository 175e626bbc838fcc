package hub

import (
	"context"
	"net"
	"net/http"
	"slices"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/state"
)

// Events serves topics with state as server-sent events (HTML standard, section
// 9.2), for clients without WebSocket: GET /events?topic=a&topic=b. Each event is
// named topic, and its data is what a $topic frame has under data. Its id says how
// far the reader has come in each of the topics: one that comes back with it in
// Last-Event-ID, as browsers do, gets only what it missed.
//
// A slow reader gets the newest state instead of a backlog, and is cut off when it
// does not take that within Config.WriteTimeout. Readers count as peers for
// Config.MaxPeers, beyond which they are answered 503. A topic that was not
// declared is answered 404, no topic or more than 64 of them 400. A server with
// ConnContext bounds what the kernel holds for a reader.
func (h *Hub) Events() http.Handler { return http.HandlerFunc(h.serveEvents) }

// ConnContext is for http.Server.ConnContext, so that Events gets at a reader's
// connection. Without it the kernel holds megabytes for one that does not read.
func ConnContext(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, conn)
}

type connKey struct{}

func (h *Hub) serveEvents(w http.ResponseWriter, r *http.Request) {
	var topics []string
	for _, topic := range r.URL.Query()["topic"] {
		if !slices.Contains(topics, topic) {
			topics = append(topics, topic)
		}
	}
	if len(topics) == 0 || len(topics) > state.MaxTopics {
		daebus.WriteError(w, 0, daebus.Errorf(daebus.Invalid, "%d topics asked for; want 1 to %d, as in ?topic=a&topic=b", len(topics), state.MaxTopics))
		return
	}
	if err := h.admit(); err != nil {
		h.Stats.Refused.Add(1)
		w.Header().Set("Retry-After", "5")
		daebus.WriteError(w, 0, err)
		return
	}
	defer h.release()

	s := &stream{hub: h, addr: r.RemoteAddr, w: w, control: http.NewResponseController(w), topics: topics, news: make(chan struct{}, 1)}
	defer h.board.Leave(s)
	if err := s.subscribe(r.Header.Get("Last-Event-ID")); err != nil {
		daebus.WriteError(w, 0, err)
		return
	}
	if conn, ok := r.Context().Value(connKey{}).(net.Conn); ok {
		limitSendBuffer(conn)
	}
	header := w.Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no") // for a proxy that would collect events
	if r.Method != http.MethodHead {
		s.serve(r.Context())
	}
}

// EndEvents ends all streams of events, at once and from now on, as Close does. A
// server that shuts down waits for them as it does not wait for peers: give this
// to its RegisterOnShutdown.
func (h *Hub) EndEvents() { h.endEvents() }
