package hub

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/state"
)

// Hub serves WebSocket peers on any path it is mounted at. It is a
// daebus.Screens, and safe for concurrent use.
type Hub struct {
	Stats Stats

	cfg     Config
	writers *writers
	beats   beats
	lot     lot
	half    half
	origins origins
	board   *state.Board
	bridge  *daebus.Bridge
	denied  sync.Once // has said that origins are refused

	idle      chan struct{} // closed when closing and nobody is left
	abandoned chan struct{} // closed when Close no longer waits
	abandon   func()
	events    context.Context // ends when streams of events are to end
	endEvents context.CancelFunc

	mu       sync.RWMutex // guards below
	open     int          // upgrades under way, and peers whose leave hooks have not returned
	peers    map[string]*peer
	all      []*peer // the same, each at its index
	rooms    map[string]map[*peer]struct{}
	closing  bool
	shutdown *frame // the last one a peer gets
}

// Stats counts what a Hub has done since it was made.
type Stats struct {
	In      atomic.Int64 // messages received
	Out     atomic.Int64 // messages written
	Slow    atomic.Int64 // peers closed because they did not read
	Limited atomic.Int64 // messages refused because a peer sent too many
	Refused atomic.Int64 // upgrades refused: origin, too many peers, closing
}

// New returns a Hub that is ready to serve. Close ends it.
func New(cfg Config) *Hub {
	cfg.setDefaults()
	h := &Hub{
		cfg:       cfg,
		half:      half{limit: cfg.HalfBytes},
		origins:   newOrigins(cfg.Origins, cfg.PagePort, cfg.Log),
		board:     state.NewBoard(cfg.Service.Topics),
		bridge:    daebus.NewBridge(cfg.Service, cfg.Bridge, after),
		idle:      make(chan struct{}),
		abandoned: make(chan struct{}),
		peers:     map[string]*peer{},
		rooms:     map[string]map[*peer]struct{}{},
	}
	h.writers = newWriters(&h.Stats.Out)
	h.beats.every, h.beats.writers = cfg.Ping, h.writers
	h.abandon = sync.OnceFunc(func() { close(h.abandoned) })
	h.events, h.endEvents = context.WithCancel(context.Background())
	return h
}

// Len is the number of peers connected now.
func (h *Hub) Len() int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return len(h.peers)
}

// Close refuses new peers, sends each peer {"type":"server_shutdown","data":message}
// and closes it with 1001, and waits until all have gone and their leave hooks
// have returned. When ctx ends first it cuts the connections that are left and
// returns an error without waiting for hooks and handlers.
func (h *Hub) Close(ctx context.Context, message any) error {
	h.endEvents()
	text, err := daebus.PushFrame("server_shutdown", message)
	var last *frame
	if err == nil {
		last = newFrame(text)
	}
	h.mu.Lock()
	if !h.closing {
		h.closing, h.shutdown = true, last
		if h.open == 0 {
			close(h.idle)
		}
		for _, p := range h.all {
			p.dismiss(last)
		}
	}
	h.mu.Unlock()

	select {
	case <-h.idle:
		return err
	case <-ctx.Done():
	}
	h.abandon()
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, p := range h.all {
		p.conn.Close()
	}
	return errors.Join(err, fmt.Errorf("hub: close: %d peers left: %w", h.open, context.Cause(ctx)))
}

// admit makes room for one more peer. Whoever is admitted calls release.
func (h *Hub) admit() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closing {
		return daebus.Errorf(daebus.Unavailable, "the server is shutting down")
	}
	if h.open >= h.cfg.MaxPeers {
		return daebus.Errorf(daebus.Busy, "%d peers are connected already", h.open)
	}
	h.open++
	return nil
}

func (h *Hub) release() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.open--
	if h.open == 0 {
		h.lot.close()
	}
	if h.closing && h.open == 0 {
		close(h.idle)
	}
}

// add makes the peer known to Push and Close.
func (h *Hub) add(p *peer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.peers[p.id] = p
	p.index = len(h.all)
	h.all = append(h.all, p)
	if h.closing {
		p.dismiss(h.shutdown)
	}
}

// remove forgets the peer and its rooms.
func (h *Hub) remove(p *peer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.peers, p.id)
	last := len(h.all) - 1
	h.all[p.index] = h.all[last]
	h.all[p.index].index = p.index
	h.all[last] = nil
	h.all = h.all[:last]
	for room := range p.rooms {
		h.leaveLocked(p, room)
	}
}
