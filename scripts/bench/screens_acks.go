package main

import (
	"encoding/binary"
	"io"
	"net"
	"syscall"
	"time"
	"unsafe"
)

// ackReader reads the numbers of messages that have reached everybody. The runtime is
// not told of its system calls, as one of them wakes the runtime's monitor for some
// milliseconds of naps. They would be this program's, not the server's: those that tell
// the runtime of their own writes have them anyway, the others not.
type ackReader struct {
	conn *net.TCPConn
	raw  syscall.RawConn
	try  func(fd uintptr) bool // the method once
	buf  [8]byte
	n    int // bytes in buf
	err  error
}

func acceptAcks(ln net.Listener) (*ackReader, error) {
	conn, err := ln.Accept()
	if err != nil {
		return nil, err
	}
	a := &ackReader{conn: conn.(*net.TCPConn)}
	a.try = a.once
	a.raw, err = a.conn.SyscallConn()
	return a, err
}

// next waits for a number.
func (a *ackReader) next() (uint64, error) {
	if err := a.conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return 0, err
	}
	a.n, a.err = 0, nil
	if err := a.raw.Read(a.try); err != nil {
		return 0, err
	}
	return binary.BigEndian.Uint64(a.buf[:]), a.err
}

// once reports whether there is no more to wait for.
func (a *ackReader) once(fd uintptr) (done bool) {
	for a.n < len(a.buf) {
		n, _, errno := syscall.RawSyscall(syscall.SYS_READ, fd, uintptr(unsafe.Pointer(&a.buf[a.n])), uintptr(len(a.buf)-a.n))
		switch {
		case errno == syscall.EAGAIN:
			return false
		case errno == syscall.EINTR:
		case errno != 0:
			a.err = errno
			return true
		case n == 0:
			a.err = io.ErrUnexpectedEOF
			return true
		default:
			a.n += int(n)
		}
	}
	return true
}
