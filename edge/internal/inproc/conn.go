package inproc

import (
	"io"
	"net"
	"time"
)

// conn is one end of a connection.
type conn struct {
	in, out *buffer
}

// Pipe returns both ends of a connection. Writes do not wait for reads until
// 64 KiB are on the way. Closing one end lets the other read what it was sent.
func Pipe() (net.Conn, net.Conn) {
	a, b := newBuffer(), newBuffer()
	return &conn{a, b}, &conn{b, a}
}

func (c *conn) Read(p []byte) (int, error) {
	n, err := c.in.read(p)
	if err != nil && err != io.EOF {
		err = &net.OpError{Op: "read", Net: network, Err: err}
	}
	return n, err
}

func (c *conn) Write(p []byte) (int, error) {
	n, err := c.out.write(p)
	if err != nil {
		err = &net.OpError{Op: "write", Net: network, Err: err}
	}
	return n, err
}

func (c *conn) Close() error {
	c.in.end(true)
	c.out.end(false)
	return nil
}

func (c *conn) SetDeadline(t time.Time) error {
	c.in.reader.setDeadline(t)
	c.out.writer.setDeadline(t)
	return nil
}

func (c *conn) SetReadDeadline(t time.Time) error {
	c.in.reader.setDeadline(t)
	return nil
}

func (c *conn) SetWriteDeadline(t time.Time) error {
	c.out.writer.setDeadline(t)
	return nil
}

func (c *conn) LocalAddr() net.Addr { return addr{} }

func (c *conn) RemoteAddr() net.Addr { return addr{} }

const network = "inproc"

// addr is where both ends are.
type addr struct{}

func (addr) Network() string { return network }

func (addr) String() string { return "inproc:0" }
