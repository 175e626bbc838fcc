package hub

import "github.com/daebus/daebus-go/daebus"

// maxRooms bounds the rooms of one peer, whose names often come from the peer.
const maxRooms = 64

// Push queues a message for every peer, or for the peers whose ID or room is in
// to, each of them once, and reports for how many. A name that is the ID of a
// peer is no room. Push never blocks: a peer whose queue is full is closed.
func (h *Hub) Push(message []byte, to []string) int {
	s := sending{frame: newFrame(message)}
	h.mu.RLock()
	defer h.mu.RUnlock()
	if len(to) == 0 {
		for _, p := range h.all {
			s.put(p)
		}
	}
	if len(to) > 1 {
		s.served = map[*peer]struct{}{}
	}
	for _, name := range to {
		if p, ok := h.peers[name]; ok {
			s.put(p)
			continue
		}
		for p := range h.rooms[name] {
			s.put(p)
		}
	}
	h.writers.add(s.idle)
	return s.reached
}

// PushTo is Push to these peers.
func (h *Hub) PushTo(message []byte, peers []daebus.Peer) int {
	s := sending{frame: newFrame(message)}
	for _, p := range peers {
		s.put(p.(*peer))
	}
	h.writers.add(s.idle)
	return s.reached
}

// sending is one frame on its way to several peers.
type sending struct {
	frame   *frame
	served  map[*peer]struct{} // nil where none can come twice
	idle    chain              // to whom nobody is writing
	reached int
}

func (s *sending) put(p *peer) {
	if s.served != nil {
		if _, ok := s.served[p]; ok {
			return
		}
		s.served[p] = struct{}{}
	}
	idle, err := p.queue.put(s.frame)
	if idle {
		s.idle.add(p)
	}
	switch err {
	case nil:
		s.reached++
	case daebus.Busy:
		p.end(tooSlow)
	}
}

// Join puts the peer in a room, which comes into being with its first peer and
// goes with its last. A peer in 64 rooms gets into no other, which is logged
// once; a peer that has gone gets into none.
func (p *peer) Join(room string) {
	if !p.hub.join(p, room) {
		p.log().Warn("peer is in too many rooms", "rooms", maxRooms, "refused", room)
	}
}

// join reports false when the peer is refused for the first time.
func (h *Hub) join(p *peer, room string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.peers[p.id] != p {
		return true
	}
	if _, in := p.rooms[room]; !in && len(p.rooms) >= maxRooms {
		first := !p.crowded
		p.crowded = true
		return !first
	}
	if p.rooms == nil {
		p.rooms = map[string]struct{}{}
	}
	p.rooms[room] = struct{}{}
	if h.rooms[room] == nil {
		h.rooms[room] = map[*peer]struct{}{}
	}
	h.rooms[room][p] = struct{}{}
	return true
}

// Leave takes the peer out of a room.
func (p *peer) Leave(room string) {
	p.hub.mu.Lock()
	defer p.hub.mu.Unlock()
	p.hub.leaveLocked(p, room)
}

func (h *Hub) leaveLocked(p *peer, room string) {
	delete(p.rooms, room)
	delete(h.rooms[room], p)
	if len(h.rooms[room]) == 0 {
		delete(h.rooms, room)
	}
}
