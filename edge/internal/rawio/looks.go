//go:build linux && !race

package rawio

import (
	"net"
	"syscall"
)

// A look takes about half a microsecond.
const (
	fewLooks  = 4
	mostLooks = 256
)

// Look says whether the next Read of c, if it finds nothing, shall look again before
// it waits. It is for whoever reads.
func Look(c net.Conn, again bool) {
	switch c := c.(type) {
	case *tcp:
		c.ways.in.looks.again = again
	case *unix:
		c.ways.in.looks.again = again
	}
}

// looks is how often a Read looks again: the more often the more often that was not in
// vain, and hardly at all where it was.
type looks struct {
	again bool
	next  int
}

// read is a read that found nothing, again. Whatever else the core has to do comes
// first, such as to write what is waited for.
func (l *looks) read(fd uintptr, b []byte) (n int, errno syscall.Errno) {
	errno = syscall.EAGAIN
	if !l.again {
		return 0, errno
	}
	for range max(l.next, fewLooks) {
		_, _, _ = syscall.RawSyscall(syscall.SYS_SCHED_YIELD, 0, 0, 0) // cannot fail
		if n, errno = call(syscall.SYS_READ, fd, b); errno != syscall.EAGAIN {
			l.next = min(2*max(l.next, fewLooks), mostLooks)
			return n, errno
		}
	}
	l.next /= 2
	return n, errno
}
