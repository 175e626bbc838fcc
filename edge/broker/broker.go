package broker

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/daebus/daebus-go/edge/internal/rawio"
)

// databases is how many numbered keyspaces there are, as in Redis.
const databases = 16

// Broker is the server. Make one with New.
type Broker struct {
	cfg     Config
	log     *slog.Logger
	start   time.Time
	runID   string
	table   table        // immutable
	idle    atomic.Int64 // Config.IdleTimeout as it is now
	lodging lodging
	burden  atomic.Int64 // of all clients

	mu        sync.Mutex // guards below, and the state of every client
	users     users
	clients   map[int64]*client
	nextID    int64
	stats     Stats
	store     store
	pubsub    pubsub
	effects   effects
	aof       *aof                // nil: nothing is logged
	audiences map[place]*audience // of keys that someone watches or waits for
	changed   []place             // keys someone waits for that the command at hand changed
	waiting   int                 // clients that are parked
	monitors  []*client
	held      int // bytes of open transactions, and for keys that are watched or waited for, about
}

// Stats are the counters of a Broker since New.
type Stats struct {
	Clients   int   // connected now
	Channels  int   // with at least one subscriber now
	Patterns  int   // subscribed to now
	Keys      int   // in all databases now
	Memory    int   // bytes of keys, values and subscriptions now
	Buffers   int   // bytes of half-sent commands and replies not taken now, as Config.MaxBuffers counts them
	Output    int   // bytes that wait for subscribers now, as Config.MaxOutput counts them
	Accepted  int64 // connections ever
	Rejected  int64 // connections beyond MaxClients
	Cut       int64 // clients that did not read what was sent to them
	Commands  int64 // commands run
	Messages  int64 // messages published
	Delivered int64 // messages queued for a subscriber
	Expired   int64 // keys that reached their time
	Evicted   int64 // keys that went to make room
	Hits      int64 // keys found by reading commands
	Misses    int64 // keys not found by them
}

// New returns a Broker with no keys and no clients.
func New(cfg Config) *Broker {
	cfg.setDefaults()
	var id [20]byte
	rand.Read(id[:])
	b := &Broker{
		cfg:       cfg,
		log:       cfg.Logger,
		start:     time.Now(),
		runID:     hex.EncodeToString(id[:]),
		table:     newTable(),
		clients:   make(map[int64]*client),
		audiences: make(map[place]*audience),
	}
	b.idle.Store(int64(cfg.IdleTimeout))
	b.users.init(cfg)
	b.store.init(b.start)
	b.store.gone = b.lost
	return b
}

// Stats returns the counters as they are now.
func (b *Broker) Stats() Stats {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.statsLocked()
}

func (b *Broker) statsLocked() Stats {
	s := b.stats
	s.Clients = len(b.clients)
	s.Channels = len(b.pubsub.topics[channels])
	s.Patterns = len(b.pubsub.patterns)
	s.Keys = b.store.len()
	s.Memory = b.memory()
	s.Buffers = int(b.burden.Load())
	s.Output = int(b.lodging.used.Load())
	s.Expired = b.store.expired
	return s
}

// memory is what Config.MaxMemory bounds.
func (b *Broker) memory() int { return b.store.used + b.pubsub.used + b.held }

// Serve accepts clients from ln until ctx is done, and then returns nil, or
// until ln fails. Before it returns it closes ln and its clients, and waits for
// every goroutine it started. It may run for several listeners at once.
func (b *Broker) Serve(ctx context.Context, ln net.Listener) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	home := new(home)
	wg.Go(func() {
		<-ctx.Done()
		ln.Close()
		b.closeClientsOf(home)
	})
	for {
		conn, err := accept(ctx, ln)
		if ctx.Err() != nil {
			if conn != nil {
				conn.Close()
			}
			return nil
		}
		if err != nil {
			return fmt.Errorf("broker: accept at %s: %w", ln.Addr(), err)
		}
		if c := b.admit(conn, home); c != nil {
			wg.Go(c.serve)
		}
	}
}

// accept is Accept that waits while the system is short of descriptors or memory.
func accept(ctx context.Context, ln net.Listener) (net.Conn, error) {
	for wait := 5 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		conn, err := ln.Accept()
		if !isShortage(err) {
			return conn, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(wait):
		}
	}
}

func isShortage(err error) bool {
	var errno syscall.Errno
	errors.As(err, &errno)
	switch errno {
	case syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED:
		return true
	}
	return false
}

// admit makes a client of conn, or refuses it and returns nil.
func (b *Broker) admit(conn net.Conn, home *home) *client {
	if tcp, ok := inner(conn).(*net.TCPConn); ok {
		tcp.SetKeepAliveConfig(net.KeepAliveConfig{
			Enable: true, Idle: time.Minute, Interval: 15 * time.Second, Count: 4,
		})
	}
	b.mu.Lock()
	c, full := b.admitLocked(conn, home)
	b.mu.Unlock()
	if full && inner(conn) == conn { // one of TLS would have to shake hands first
		conn.SetDeadline(time.Now().Add(100 * time.Millisecond))
		conn.Write([]byte("-ERR max number of clients reached\r\n"))
	}
	if c == nil {
		hangUp(conn)
	}
	return c
}

func (b *Broker) admitLocked(conn net.Conn, home *home) (c *client, full bool) {
	switch {
	case len(b.clients) >= b.cfg.MaxClients:
		b.stats.Rejected++
		return nil, true
	case home.closed:
		return nil, false
	}
	b.nextID++
	c = newClient(b, rawio.Conn(conn), b.nextID)
	c.home = home
	b.clients[c.id] = c
	b.stats.Accepted++
	return c, false
}

// home is one Serve: the clients that end with it.
type home struct {
	closed bool // guarded by Broker.mu
}

// closeClientsOf ends the clients of one Serve, and admits no more.
func (b *Broker) closeClientsOf(home *home) {
	b.mu.Lock()
	home.closed = true
	for _, c := range b.clients {
		if c.home == home {
			hangUp(c.conn)
		}
	}
	b.mu.Unlock()
}
