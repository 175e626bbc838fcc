package hub

import (
	"os"
	"sync"
	"syscall"
	"time"
)

// lot is where peers are parked: an epoll instance, see epoll(7), and one
// goroutine that waits for it with the means of the runtime.
type lot struct {
	mu    sync.Mutex      // guards below
	epoll *os.File        // nil while no peer was parked
	fd    int             // of epoll
	done  chan struct{}   // closed when the goroutine has ended
	peers map[int32]*peer // by descriptor, until they part
}

// watch has the peer woken once, when it can be read from. One whose connection is
// closed may have been the last that there was: for it nothing is opened.
func (l *lot) watch(p *peer) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	p.conn.mu.Lock()
	defer p.conn.mu.Unlock()
	if p.conn.fd < 0 || l.epoll == nil && l.openLocked() != nil {
		return false
	}
	return l.armLocked(p, int32(p.conn.fd))
}

func (l *lot) armLocked(p *peer, fd int32) bool {
	op := syscall.EPOLL_CTL_MOD
	if l.peers[fd] != p {
		op, l.peers[fd], p.fd = syscall.EPOLL_CTL_ADD, p, fd
	}
	event := syscall.EpollEvent{Events: syscall.EPOLLIN | syscall.EPOLLONESHOT, Fd: fd}
	return syscall.EpollCtl(l.fd, op, int(fd), &event) == nil
}

// forget is called once the connection is closed, by which the kernel has
// forgotten it.
func (l *lot) forget(p *peer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.peers[p.fd] == p {
		delete(l.peers, p.fd)
	}
}

func (l *lot) openLocked() error {
	fd, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return err
	}
	_ = syscall.SetNonblock(fd, true) // what the runtime is to wait for; see below
	file := os.NewFile(uintptr(fd), "epoll")
	raw, err := file.SyscallConn()
	if err == nil {
		err = file.SetReadDeadline(time.Time{}) // fails if the runtime cannot wait for it
	}
	if err != nil {
		file.Close()
		return err
	}
	l.epoll, l.fd, l.peers, l.done = file, fd, map[int32]*peer{}, make(chan struct{})
	go l.run(raw, l.done)
	return nil
}

// close is called when no peer is left.
func (l *lot) close() {
	l.mu.Lock()
	epoll, done := l.epoll, l.done
	l.epoll, l.peers = nil, nil
	l.mu.Unlock()
	if epoll != nil {
		epoll.Close()
		<-done
	}
}

func (l *lot) run(epoll syscall.RawConn, done chan<- struct{}) {
	defer close(done)
	var events [64]syscall.EpollEvent
	buf := make([]byte, readBuffer)
	for {
		n := 0
		if epoll.Read(func(fd uintptr) bool {
			n, _ = syscall.EpollWait(int(fd), events[:], 0)
			return n > 0
		}) != nil {
			return
		}
		for _, e := range events[:n] {
			l.rouse(e.Fd, buf)
		}
	}
}

// rouse may be for nothing, for a peer whose descriptor was another's before. It then
// waits where it reads.
func (l *lot) rouse(fd int32, buf []byte) {
	l.mu.Lock()
	p := l.peers[fd]
	l.mu.Unlock()
	if p != nil {
		p.rouse(buf)
	}
}
