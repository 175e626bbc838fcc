package hub

import (
	"bufio"
	"net"
	"net/http"
	"sync"
	"time"
)

// sendBuffer is what the kernel is asked to hold for a peer that does not read.
// Left alone it grows to megabytes, and a bound on the queue means nothing.
const sendBuffer = 64 << 10

// conn is a hijacked connection on which nothing takes for ever: each write has
// a time limit, and once ending is set all that is left has one together.
type conn struct {
	net.Conn
	timeout time.Duration

	mu     sync.Mutex // guards below
	ending bool
}

func (c *conn) Write(b []byte) (int, error) {
	c.mu.Lock()
	if !c.ending {
		_ = c.Conn.SetWriteDeadline(time.Now().Add(c.timeout)) // a dead connection fails the write
	}
	c.mu.Unlock()
	return c.Conn.Write(b)
}

// expire gives the connection d to finish what it does.
func (c *conn) expire(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ending = true
	_ = c.Conn.SetDeadline(time.Now().Add(d)) // fails when there is nothing to finish
}

// hijacker keeps hold of the connection that is hijacked through it.
type hijacker struct {
	http.ResponseWriter
	timeout time.Duration
	conn    *conn
}

func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	raw, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	limitSendBuffer(raw)
	h.conn = &conn{Conn: raw, timeout: h.timeout}
	rw.Writer.Reset(h.conn)
	return h.conn, rw, nil
}

func limitSendBuffer(c net.Conn) {
	if tls, ok := c.(interface{ NetConn() net.Conn }); ok {
		c = tls.NetConn()
	}
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetWriteBuffer(sendBuffer) // works without, with more memory
	}
}
