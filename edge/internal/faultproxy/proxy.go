package faultproxy

import (
	"errors"
	"net"
	"sync"
	"testing"
	"time"
)

// dialTimeout bounds the wait for the server to accept.
const dialTimeout = 5 * time.Second

// Proxy forwards what comes in at Addr to one server. Its methods may be called
// at any time from any goroutine of the test.
type Proxy struct {
	Addr string // host:port, the same for the life of the test

	t        testing.TB
	upstream string
	wg       sync.WaitGroup

	mu       sync.Mutex // guards below
	ln       net.Listener
	refusing bool
	closed   bool
	accepted uint64
	conns    map[*conn]bool
	now      faults
	changed  chan struct{} // closed with the next change of now
}

// New starts a proxy to the server at upstream, without faults, that runs until
// the test ends.
func New(t testing.TB, upstream string) *Proxy {
	t.Helper()
	p := &Proxy{
		Addr:     "127.0.0.1:0",
		t:        t,
		upstream: upstream,
		conns:    map[*conn]bool{},
		now:      faults{cut: noCut},
		changed:  make(chan struct{}),
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.listenLocked()
	t.Cleanup(p.close)
	return p
}

// Open returns how many clients are connected, zombies among them.
func (p *Proxy) Open() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.conns)
}

// Accepted returns how many connections the proxy has let in so far.
func (p *Proxy) Accepted() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return int(p.accepted)
}

func (p *Proxy) listenLocked() {
	p.t.Helper()
	ln, err := net.Listen("tcp", p.Addr)
	if err != nil {
		p.t.Fatalf("faultproxy: %v", err)
	}
	p.Addr, p.ln = ln.Addr().String(), ln
	p.wg.Go(func() { p.accept(ln) })
}

func (p *Proxy) accept(ln net.Listener) {
	for {
		client, err := ln.Accept()
		if err != nil {
			if !errors.Is(err, net.ErrClosed) {
				p.t.Errorf("faultproxy: %v", err)
			}
			return
		}
		p.wg.Go(func() { p.serve(client.(*net.TCPConn)) })
	}
}

// serve carries one connection until it ends.
func (p *Proxy) serve(client *net.TCPConn) {
	c := &conn{client: client, gone: make(chan struct{})}
	if !p.hanging() {
		server, err := net.DialTimeout("tcp", p.upstream, dialTimeout)
		if err != nil {
			c.reset()
			return
		}
		c.server = server.(*net.TCPConn)
	}
	if !p.enter(c) {
		c.reset()
		return
	}
	defer p.leave(c)
	if c.server == nil {
		c.drain()
		return
	}
	var wg sync.WaitGroup
	wg.Go(func() { p.carry(c, Up, c.client, c.server) })
	wg.Go(func() { p.carry(c, Down, c.server, c.client) })
	wg.Wait()
}

func (p *Proxy) hanging() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now.hang
}

// enter reports whether c may live: not when the test is over, and not without
// a server unless connections are to hang.
func (p *Proxy) enter(c *conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || c.server == nil && !p.now.hang {
		return false
	}
	p.accepted++
	c.number = p.accepted
	p.conns[c] = true
	return true
}

func (p *Proxy) leave(c *conn) {
	c.close()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, c)
}

func (p *Proxy) close() {
	p.mu.Lock()
	p.closed = true
	p.ln.Close() // it may be closed already
	for c := range p.conns {
		c.reset()
	}
	p.mu.Unlock()
	p.wg.Wait()
}
