package hub

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"github.com/daebus/daebus-go/daebus"
)

// Config is how a Hub works. Service and NewLane are required, for the rest
// zero means the default.
type Config struct {
	// Service answers the messages; its Join and Leave hooks are called.
	Service *daebus.Service

	// NewLane makes the Lane in which one peer's messages are handled.
	NewLane func() Lane

	// ActionLane names the Lane of an action that peers ask for through the bridge.
	// nil: that in which their other messages are handled.
	ActionLane func(action string) Lane

	// Bridge lists the services and bus channels that peers reach; a trailing *
	// stands for any ending. nil is the service itself and nothing else.
	Bridge []string

	// Context is that of handlers and hooks, besides the end of their peer.
	// Default context.Background().
	Context context.Context

	// Origins lists the origins that browsers may connect from, besides the
	// page that this host serves itself: scheme://host[:port], compared
	// literally but for case. "*" alone allows them all.
	Origins []string

	// PagePort is the port at which this host serves pages that may connect, where
	// that is not the port they connect to. Default none.
	PagePort string

	MessageLimit int64         // bytes of one message from a peer, closed with 1009 beyond; default 1 MiB
	HalfBytes    int64         // bytes of messages that have not come as a whole, of all peers together; who sends more is closed with 1013; default 16 MiB, and four times MessageLimit
	QueueBytes   int           // bytes that wait to be sent to one peer, closed with 1013 beyond; default 256 KiB
	MessageRate  int           // messages a second from one peer, of which ten seconds' worth may come at once; more are refused; default no limit
	MaxPeers     int           // peers at a time, 503 beyond; default 1000
	Ping         time.Duration // between pings, and the time to answer one; default 20 s
	WriteTimeout time.Duration // for a peer to take what is written to it at once, closed with 1013 beyond; default 10 s

	// Deflate compresses messages of 512 bytes and more for peers that offer
	// permessage-deflate, RFC 7692, each by itself. It costs time, and some hundred
	// KB of memory for each message that is being written.
	Deflate bool

	Log *slog.Logger // default slog.Default()
}

// Lane runs tasks. That of a peer runs them one at a time and in order.
type Lane interface {
	// Submit has task run later, in another goroutine. It never blocks: false
	// means that too many wait already.
	Submit(task func()) bool
}

func (c *Config) setDefaults() {
	c.MessageLimit = cmp.Or(c.MessageLimit, 1<<20)
	c.HalfBytes = cmp.Or(c.HalfBytes, max(16<<20, 4*c.MessageLimit))
	c.QueueBytes = cmp.Or(c.QueueBytes, 256<<10)
	c.MaxPeers = cmp.Or(c.MaxPeers, 1000)
	c.Ping = cmp.Or(c.Ping, 20*time.Second)
	c.WriteTimeout = cmp.Or(c.WriteTimeout, 10*time.Second)
	c.Context = cmp.Or(c.Context, context.Background())
	c.Log = cmp.Or(c.Log, slog.Default())
}
