package hub

// maxRooms bounds the rooms of one peer, whose names often come from the peer.
const maxRooms = 64

// Push queues frame for every peer, or for the peers whose ID or room is in to,
// each of them once, and reports for how many. A name that is the ID of a peer
// is no room. frame is kept and shared: it must not change afterwards.
// Push never blocks: a peer whose queue is full is closed.
func (h *Hub) Push(frame []byte, to []string) int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	n := 0
	if len(to) == 0 {
		for _, p := range h.peers {
			if p.put(frame) == nil {
				n++
			}
		}
		return n
	}
	var served map[*peer]struct{}
	if len(to) > 1 {
		served = map[*peer]struct{}{}
	}
	for _, name := range to {
		if p, ok := h.peers[name]; ok {
			n += putOnce(p, frame, served)
			continue
		}
		for p := range h.rooms[name] {
			n += putOnce(p, frame, served)
		}
	}
	return n
}

// putOnce leaves out a peer in served, which is nil where none can come twice.
func putOnce(p *peer, frame []byte, served map[*peer]struct{}) int {
	if served != nil {
		if _, ok := served[p]; ok {
			return 0
		}
		served[p] = struct{}{}
	}
	if p.put(frame) != nil {
		return 0
	}
	return 1
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
