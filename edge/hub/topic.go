package hub

import (
	"time"

	"github.com/daebus/daebus-go/daebus"
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

// Offer queues a topic's frame while little else waits for the peer. After that
// the topic waits as such, and costs nothing, until the peer can be written to.
func (p *peer) Offer(v *state.View, f *state.Frame) bool {
	idle, err := p.queue.offer(wireOf(f))
	if idle {
		p.hub.writers.add(chain{p, p})
	}
	if err == daebus.Busy {
		p.mark((*look)(v))
		return false
	}
	return true // one that has gone has nobody to tell
}

// look is a view as what waits in a queue.
type look state.View

func (l *look) next(*peer) []byte {
	f := (*state.View)(l).Next(time.Now())
	if f == nil {
		return nil
	}
	return wireOf(f).wire
}

func wireOf(f *state.Frame) *frame {
	return f.Encoded(func(text []byte) any { return newFrame(text) }).(*frame)
}
