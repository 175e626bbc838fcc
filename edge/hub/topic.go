package hub

import (
	"time"

	"github.com/daebus/daebus-go/daebus/state"
)

// Show makes value, which is compact JSON and is kept, the newest of a topic with
// state, and sends what it changes to the peers that subscribed to the topic.
// The error has the code NotFound when the service does not declare the topic,
// and Invalid when value is too large. Show never blocks.
func (h *Hub) Show(topic string, value []byte) error {
	return h.board.Show(topic, value, time.Now())
}

// Subscribe and Unsubscribe are what a peer asks for with $subscribe and
// $unsubscribe.
func (p *peer) Subscribe(topic, epoch string, seq uint64) error {
	return p.hub.board.Subscribe(p, topic, epoch, seq, time.Now())
}

func (p *peer) Unsubscribe(topic string) { p.hub.board.Unsubscribe(p, topic) }

// Offer queues a topic's frame.
func (p *peer) Offer(_ *state.View, frame []byte) bool {
	_ = p.put(newFrame(frame)) // a peer that has gone has nobody to tell
	return true
}
