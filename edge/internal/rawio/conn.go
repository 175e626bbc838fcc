//go:build linux && !race

package rawio

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"unsafe"
)

// Conn returns c with quicker Read and Write where c is a TCP connection or one of a
// Unix socket, and else c itself.
func Conn(c net.Conn) net.Conn {
	switch c := c.(type) {
	case *net.TCPConn:
		if raw, err := c.SyscallConn(); err == nil { // it is not closed
			return &tcp{c, newWays(raw)}
		}
	case *net.UnixConn:
		if raw, err := c.SyscallConn(); err == nil {
			return &unix{c, newWays(raw)}
		}
	}
	return c
}

// tcp and unix are the connections, but for Read and Write.
type (
	tcp struct {
		*net.TCPConn
		ways *ways
	}
	unix struct {
		*net.UnixConn
		ways *ways
	}
)

func (c *tcp) Read(b []byte) (int, error)  { return c.ways.read(c, b) }
func (c *tcp) Write(b []byte) (int, error) { return c.ways.write(c, b) }

func (c *unix) Read(b []byte) (int, error)  { return c.ways.read(c, b) }
func (c *unix) Write(b []byte) (int, error) { return c.ways.write(c, b) }

// ways are both directions of a connection.
type ways struct {
	raw     syscall.RawConn
	in, out way
}

func newWays(raw syscall.RawConn) *ways {
	w := &ways{raw: raw}
	w.in.try, w.out.try = w.in.read, w.out.write
	return w
}

func (w *ways) read(c net.Conn, b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	n, err := w.in.move(w.raw.Read, b)
	if n == 0 && err == nil {
		err = io.EOF
	}
	return n, wrap(c, "read", err)
}

func (w *ways) write(c net.Conn, b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	n, err := w.out.move(w.raw.Write, b)
	return n, wrap(c, "write", err)
}

// wrap gives an error the shape it has in package net.
func wrap(c net.Conn, op string, err error) error {
	if _, own := err.(*net.OpError); own || err == nil || err == io.EOF {
		return err
	}
	return &net.OpError{Op: op, Net: c.LocalAddr().Network(), Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: err}
}

// way is one direction of a connection. Its try is made once, as a closure for each
// call would be an allocation.
type way struct {
	try   func(fd uintptr) bool // reports whether it is done, or the poller is to wait
	looks looks

	mu  sync.Mutex // guards below: one goroutine at a time
	buf []byte     // what is left to be moved
	n   int        // bytes moved
	err error
}

func (w *way) move(wait func(func(fd uintptr) bool) error, b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.buf, w.n, w.err = b, 0, nil
	err := wait(w.try)
	w.buf = nil
	if err == nil {
		err = w.err
	}
	return w.n, err
}

func (w *way) read(fd uintptr) bool {
	n, errno := call(syscall.SYS_READ, fd, w.buf)
	if errno == syscall.EAGAIN {
		n, errno = w.looks.read(fd, w.buf)
	}
	if errno == syscall.EAGAIN {
		return false
	}
	w.n = n
	if errno != 0 {
		w.err = os.NewSyscallError("read", errno)
	}
	return true
}

func (w *way) write(fd uintptr) bool {
	n, err := Write(fd, w.buf)
	w.n += n
	w.buf = w.buf[n:]
	if err == syscall.EAGAIN {
		return false
	}
	w.err = os.NewSyscallError("write", err) // nil of nil
	return true
}

// Read reads from a socket what there is at once: nothing, without an error, at the end.
func Read(fd uintptr, b []byte) (n int, err error) {
	n, errno := call(syscall.SYS_READ, fd, b)
	if errno != 0 {
		return n, errno
	}
	return n, nil
}

// Write writes to a socket what that takes at once.
func Write(fd uintptr, b []byte) (n int, err error) {
	for n < len(b) {
		m, errno := call(syscall.SYS_WRITE, fd, b[n:])
		if errno != 0 {
			return n, errno
		}
		n += m
	}
	return n, nil
}

// atOnce is how much is moved by one call: one of a socket's megabytes would take
// milliseconds.
const atOnce = 64 << 10

// call reads or writes, again when a signal came between.
func call(trap, fd uintptr, b []byte) (int, syscall.Errno) {
	b = b[:min(len(b), atOnce)]
	for {
		n, _, errno := syscall.RawSyscall(trap, fd, uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)))
		if errno == 0 {
			return int(n), 0
		}
		if errno != syscall.EINTR {
			return 0, errno
		}
	}
}
