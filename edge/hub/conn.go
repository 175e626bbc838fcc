package hub

import (
	"bufio"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/daebus/daebus-go/edge/internal/rawio"
)

const (
	// sendBuffer is what the kernel is asked to hold for a peer that does not
	// read. Left alone it grows to megabytes, and a bound on the queue means
	// nothing.
	sendBuffer = 64 << 10

	// Of the buffers through which frames are read and control frames written.
	// A control frame fits into the second, so that it is written in one piece.
	readBuffer, writeBuffer = 256, 128
)

// conn is a hijacked connection on which nothing takes for ever: each write has
// a time limit, and once ending is set all that is left has one together. Who
// writes to it writes whole frames, so that those of the queue and the control
// frames of the WebSocket library do not mix.
type conn struct {
	// What a message to many peers touches comes first, together.
	writing sync.Mutex // held from the first byte of a frame to the last
	torn    bool       // try has written a part, and holds writing; of the one who tries
	direct  bool       // it can be written to and watched without waiting

	mu     sync.Mutex // guards below
	ending bool
	fd     int // of a direct one until it is closed; then, and of others, -1

	net.Conn
	timeout time.Duration
	early   []byte // was read already, but not here
	paused  bool   // the next Read is interrupted; of the one who reads
}

func newConn(c net.Conn, early []byte, timeout time.Duration) *conn {
	limitSendBuffer(c)
	fd := descriptor(c)
	return &conn{Conn: rawio.Conn(c), timeout: timeout, early: early, direct: fd >= 0, fd: fd}
}

func (c *conn) Read(b []byte) (int, error) {
	if c.paused {
		c.paused = false
		return 0, errPause
	}
	if len(c.early) > 0 {
		n := copy(b, c.early)
		if c.early = c.early[n:]; len(c.early) == 0 {
			c.early = nil
		}
		return n, nil
	}
	return c.Conn.Read(b)
}

// Write waits until all of b is written.
func (c *conn) Write(b []byte) (int, error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	return c.write(b)
}

func (c *conn) write(b []byte) (int, error) {
	c.limit(time.Now().Add(c.timeout))
	defer c.limit(time.Time{}) // or it would fail a write that comes later
	return c.Conn.Write(b)
}

func (c *conn) limit(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ending {
		_ = c.Conn.SetWriteDeadline(t) // a dead connection fails the write
	}
}

// try writes what can be written without waiting, to a connection that is
// direct. The rest it returns must be given to finish, which meets the error
// again if that was the reason.
func (c *conn) try(b []byte) (rest []byte) {
	if len(b) == 0 || !c.writing.TryLock() {
		return b
	}
	n := c.writeNow(b)
	if c.torn = n > 0 && n < len(b); !c.torn {
		c.writing.Unlock()
	}
	return b[n:]
}

// writeNow reports how much the socket takes at once.
func (c *conn) writeNow(b []byte) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fd < 0 {
		return 0
	}
	n, _ := rawio.Write(uintptr(c.fd), b)
	return max(n, 0)
}

// readNow reports how much there is to read at once. It is for whoever is the one
// who reads.
func (c *conn) readNow(b []byte) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fd < 0 {
		return 0
	}
	n, _ := rawio.Read(uintptr(c.fd), b) // whoever reads next meets an end
	return max(n, 0)
}

// finish writes what try has left.
func (c *conn) finish(rest []byte) error {
	if !c.torn {
		c.writing.Lock()
	}
	defer c.writing.Unlock()
	c.torn = false
	_, err := c.write(rest)
	return err
}

// expire gives the connection d to finish what it does.
func (c *conn) expire(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ending = true
	_ = c.Conn.SetDeadline(time.Now().Add(d)) // fails when there is nothing to finish
}

// Close is how everybody closes it: nobody may use a descriptor that is another's.
func (c *conn) Close() error {
	c.mu.Lock()
	c.fd = -1
	c.mu.Unlock()
	return c.Conn.Close()
}

// hijacker keeps hold of the connection that is hijacked through it, and gives
// the WebSocket library smaller buffers than the server's.
type hijacker struct {
	http.ResponseWriter
	timeout time.Duration
	conn    *conn
	reader  *bufio.Reader
}

func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	raw, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	early := make([]byte, rw.Reader.Buffered())
	_, _ = rw.Read(early) // from the buffer: cannot fail
	h.conn = newConn(raw, early, h.timeout)
	h.reader = bufio.NewReaderSize(h.conn, readBuffer)
	return h.conn, bufio.NewReadWriter(h.reader, bufio.NewWriterSize(h.conn, writeBuffer)), nil
}

func limitSendBuffer(c net.Conn) {
	if tls, ok := c.(interface{ NetConn() net.Conn }); ok {
		c = tls.NetConn()
	}
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetWriteBuffer(sendBuffer) // works without, with more memory
	}
}
