package daebus

import (
	"context"
	"time"
)

// Peer is one WebSocket client: a kiosk screen, a browser tab.
type Peer interface {
	// ID names the peer within this process, for as long as it is connected.
	ID() string

	// RemoteAddr is the address it came from, host:port.
	RemoteAddr() string

	// Info is what is known of the peer at this moment.
	Info() PeerInfo

	// Send queues a message {"type":kind,"data":v}. The error has the code
	// Busy when the peer does not read and its queue is full, Unavailable when
	// it has gone, and Invalid when v cannot be encoded. It never blocks.
	Send(kind string, v any) error

	// Join and Leave put the peer in a room and take it out again; Push
	// reaches rooms by name. A peer is in at most 64 rooms; one more is
	// refused, and logged.
	Join(room string)
	Leave(room string)

	// Close ends the connection with a status code of RFC 6455, section 7.4,
	// after what was sent before. A reason over 123 bytes is cut.
	Close(code int, reason string)
}

// FramePeer is a Peer as a runtime makes it, which takes whole frames too.
type FramePeer interface {
	Peer

	// Put queues a frame, which is kept and must not change afterwards. The
	// error is that of Send.
	Put(frame []byte) error

	// Subscribe has the peer sent what it has not got of a topic, now and from
	// now on: it has seq of epoch. The error has the code NotFound when the topic
	// was not declared, and Busy when it has too many.
	Subscribe(topic, epoch string, seq uint64) error

	// Unsubscribe ends that.
	Unsubscribe(topic string)
}

// PeerInfo is what is known of a peer. The texts are the peer's own words, cut at
// 256 bytes each.
type PeerInfo struct {
	Path      string    // of the URL that it connected to
	Query     string    // of that URL, raw and without the question mark
	UserAgent string    // as the HTTP header has it
	Connected time.Time // when it came
	Active    time.Time // when its latest message came, at first Connected
	In, Out   int64     // messages from it and to it
}

// PeerHook is a pair of functions given to OnPeer; either may be nil.
type PeerHook struct {
	Join  func(context.Context, Peer) error
	Leave func(context.Context, Peer)
}
