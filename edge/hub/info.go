package hub

import (
	"net/http"
	"sync/atomic"
	"time"
	"unique"

	"github.com/daebus/daebus-go/daebus"
)

// maxText bounds each text that a peer says of itself.
const maxText = 256

// info is what is known of a peer. The many peers of one page share the texts.
type info struct {
	out, in            atomic.Int64 // messages
	path, query, agent unique.Handle[string]
	connected          time.Time
	active             atomic.Int64 // when the latest came, as a time.Duration from connected on
}

func (i *info) begin(r *http.Request) {
	i.path = text(r.URL.Path)
	i.query = text(r.URL.RawQuery)
	i.agent = text(r.UserAgent())
	i.connected = time.Now()
}

func text(s string) unique.Handle[string] {
	return unique.Make(s[:min(len(s), maxText)])
}

// came notes a message from the peer, and returns when that was, from connected
// on.
func (i *info) came() time.Duration {
	now := time.Since(i.connected)
	i.in.Add(1)
	i.active.Store(int64(now))
	return now
}

// Info implements daebus.Peer.
func (p *peer) Info() daebus.PeerInfo {
	i := &p.info
	return daebus.PeerInfo{
		Path:      i.path.Value(),
		Query:     i.query.Value(),
		UserAgent: i.agent.Value(),
		Connected: i.connected,
		Active:    i.connected.Add(time.Duration(i.active.Load())),
		In:        i.in.Load(),
		Out:       i.out.Load(),
	}
}

// Peers implements daebus.Screens.
func (h *Hub) Peers() []daebus.Peer {
	h.mu.RLock()
	defer h.mu.RUnlock()
	all := make([]daebus.Peer, 0, len(h.peers))
	for _, p := range h.peers {
		all = append(all, p)
	}
	return all
}
