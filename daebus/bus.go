package daebus

import (
	"cmp"
	"context"
	"log/slog"
	"time"
)

// Bus carries messages between services: at most once, and in order on each
// channel. A runtime provides it; link.Link speaks to Redis, daebustest.Bus
// keeps everything in memory.
type Bus interface {
	// Publish sends msg on channel and reports how many subscribers got it.
	// The error has the code Unavailable when the link is down.
	// msg may be reused once Publish returns.
	Publish(ctx context.Context, channel string, msg []byte) (receivers int, err error)

	// Post sends msg on channel without waiting for the number of receivers.
	// The error has the code Unavailable when the link is down and Busy when
	// too much waits to be sent. msg may be reused once Post returns.
	Post(channel string, msg []byte) error

	// PostFrom is Post for a sender who wants to hear when nobody got msg: later,
	// at most once, and by the number it gives here.
	PostFrom(sender Sender, number uint64, channel string, msg []byte) error

	// Subscribe calls fn with each message on channel until stop is called;
	// a trailing * makes channel a pattern. It returns when the subscription
	// stands, or at once when the link is down: the subscription is then made,
	// as after every lost link, when the link is there.
	// fn must not block, as messages come in order and wait for it, and may use
	// msg only until it returns.
	// stop returns without waiting; fn may still be running then.
	Subscribe(ctx context.Context, channel string, fn func(channel string, msg []byte)) (stop func(), err error)

	// Follow is Subscribe without waiting for the subscription to stand. When
	// the bus refuses it, refused hears why, later, and fn nothing. The error has
	// the code Busy when too much waits to be sent.
	Follow(channel string, fn func(channel string, msg []byte), refused func(error)) (stop func(), err error)
}

// Sender hears of its messages that reached nobody.
type Sender interface {
	// Bounced is told that nobody subscribes to the channel of the message of that
	// number, or in err why that is not known. It must not block.
	Bounced(number uint64, err error)
}

// Message is what came in on a channel.
type Message struct {
	Channel  string
	Data     []byte    // borrowed: valid until the call it was handed to returns
	Received time.Time // when it came off the wire; the caller's timeout counts from here
}

// LinkEvent tells that the link to the bus went away or came back.
type LinkEvent struct {
	Up  bool
	Gap time.Duration // how long the link was away; 0 when Up is false or it is the first time
	Err error         // why it went away; nil when Up is true
}

// Screens reaches the WebSocket peers of the process. A runtime provides it.
type Screens interface {
	// Push sends frame to every peer, or to the peers whose ID or room is in
	// to, and reports to how many. frame is kept and shared: it must not
	// change afterwards. Push never blocks.
	Push(frame []byte, to []string) int

	// PushTo sends frame to these peers, which are its own, as Push does.
	PushTo(frame []byte, peers []Peer) int

	// Peers lists the peers that are connected at this moment, each a
	// FramePeer.
	Peers() []Peer

	// Show makes value, compact JSON, the newest of a topic with state. value is
	// kept and must not change afterwards. The error has the code NotFound when
	// the topic was not declared and Invalid when value is too large. Show never
	// blocks.
	Show(topic string, value []byte) error
}

// Runtime is what a Client works with while it is attached.
type Runtime struct {
	Bus     Bus
	Screens Screens      // nil: Push reaches nobody, and Show fails
	Log     *slog.Logger // nil: slog.Default()

	// After runs fn in a goroutine of its own when ctx is done, as
	// context.AfterFunc does. nil: calls do without.
	After func(ctx context.Context, fn func()) (stop func() bool)
}

func (rt *Runtime) log() *slog.Logger { return cmp.Or(rt.Log, slog.Default()) }
