package daebus

import (
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/daebus/daebus-go/daebus/internal/wire"
)

// Bridge lets the WebSocket peers of a service reach the bus, in dialect B of the
// Daebus wire: call actions, of the service itself and of others, publish, and
// subscribe to channels. It is for runtimes, and safe for concurrent use.
//
// Nothing that a peer sends is trusted. It reaches what is on a list and nothing
// else; never an inbox, nor what services say to each other; and what it
// publishes carries no address to which somebody would reply.
type Bridge struct {
	service *Service
	reach   []string
	after   func(time.Duration, func()) (stop func() bool)

	mu     sync.RWMutex // guards below, and the channels of each Crossing
	relays map[string]*relay
}

// relay is one channel that peers are subscribed to, on the bus once for all.
type relay struct {
	users []*Crossing
	peers []Peer // theirs, in the same order
	stop  func()
}

// NewBridge returns a bridge from the peers of s to the services and channels that
// reach lists; a trailing * stands for any ending. nil is the service itself and
// nothing else. after calls fn in a goroutine of its own when d is over, unless it is
// stopped: time.AfterFunc.
func NewBridge(s *Service, reach []string, after func(d time.Duration, fn func()) (stop func() bool)) *Bridge {
	if reach == nil {
		reach = []string{s.Name}
	}
	return &Bridge{service: s, reach: reach, after: after, relays: map[string]*relay{}}
}

// Open begins a peer's use of the bridge. Whoever opens it closes it.
func (b *Bridge) Open(p FramePeer) *Crossing {
	return &Crossing{bridge: b, peer: p}
}

// allow returns why a peer does not get to a service or channel.
func (b *Bridge) allow(name string) error {
	if fault := serviceFault(name); fault != "" {
		return Errorf(Invalid, "channel %q: %s", clip([]byte(name)), fault)
	}
	if !inner(name) {
		for _, entry := range b.reach {
			prefix, open := strings.CutSuffix(entry, "*")
			if name == entry || open && strings.HasPrefix(name, prefix) {
				return nil
			}
		}
	}
	return Errorf(Denied, "%q is not open to WebSocket peers; add it to the bridge", name)
}

// inner channels are what services and the bus say to each other, whatever the
// list says: questions to all services, replies without an address, the queues of
// workflows, the notices of Redis. Inboxes are no names at all: see serviceFault.
func inner(name string) bool {
	return strings.HasPrefix(name, "$") || strings.HasPrefix(name, "__") ||
		strings.HasSuffix(name, ".responses") || strings.HasSuffix(name, ".workflows")
}

// join subscribes a peer to a channel.
func (b *Bridge) join(x *Crossing, channel string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, in := x.channels[channel]; in {
		return nil
	}
	if len(x.channels) >= maxChannels {
		return Errorf(Busy, "subscribed to %d channels already", maxChannels)
	}
	r := b.relays[channel]
	if r == nil {
		r = new(relay)
		stop, err := b.service.client.runtime().Bus.Follow(channel, b.deliver, func(err error) { b.refused(channel, r, err) })
		if err != nil {
			return err
		}
		r.stop = stop
		b.relays[channel] = r
	}
	r.users, r.peers = append(r.users, x), append(r.peers, x.peer)
	if x.channels == nil {
		x.channels = map[string]struct{}{}
	}
	x.channels[channel] = struct{}{}
	return nil
}

// leave ends the subscription of one peer, and with the last one the bus's.
func (b *Bridge) leave(x *Crossing, channel string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.leaveLocked(x, channel)
}

func (b *Bridge) leaveAll(x *Crossing) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for channel := range x.channels {
		b.leaveLocked(x, channel)
	}
}

func (b *Bridge) leaveLocked(x *Crossing, channel string) {
	if _, in := x.channels[channel]; !in {
		return
	}
	delete(x.channels, channel)
	r := b.relays[channel]
	i := slices.Index(r.users, x)
	r.users, r.peers = slices.Delete(r.users, i, i+1), slices.Delete(r.peers, i, i+1)
	if len(r.users) == 0 {
		delete(b.relays, channel)
		r.stop()
	}
}

// refused tells the peers of a channel that the bus does not let us have it.
func (b *Bridge) refused(channel string, r *relay, err error) {
	b.service.log().Warn("channel refused to peers", "service", b.service.Name, "channel", channel, "err", err)
	frame := wire.AppendFrameError(nil, string(CodeOf(err)), "the bus refuses the channel "+channel)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.relays[channel] == r {
		delete(b.relays, channel)
	}
	for _, x := range r.users {
		delete(x.channels, channel)
		_ = x.peer.Put(frame) // it has gone
	}
	r.users, r.peers = nil, nil
}

// deliver hands a message to the peers of a channel: one frame for all of them.
func (b *Bridge) deliver(channel string, msg []byte) {
	if wire.Check(msg) != nil || wire.Addressed(msg) {
		b.service.Stats.Withheld.Add(1) // no client could read it, or it is for who answers
		return
	}
	frame := wire.AppendChannelMessage(make([]byte, 0, len(channel)+len(msg)+64), channel, validUTF8(msg))
	b.mu.RLock()
	defer b.mu.RUnlock()
	r, screens := b.relays[channel], b.service.client.runtime().Screens
	if r != nil && screens != nil {
		screens.PushTo(frame, r.peers)
	}
}

// validUTF8 keeps a text frame from ending the connection.
func validUTF8(json []byte) []byte {
	if utf8.Valid(json) {
		return json
	}
	return []byte(strings.ToValidUTF8(string(json), "\uFFFD"))
}
