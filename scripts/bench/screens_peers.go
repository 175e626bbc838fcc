package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// maxScreens is how many peers there may be; each needs a file in two processes.
const maxScreens = 15_000

// screenPeers are all peers of a server. Each processor has a share of them.
type screenPeers struct {
	dialect
	count  int
	shares []*screenShare
	acks   net.Conn
	ring   [4096]atomic.Int32 // peers that have a message, by its number
}

// screenShare is peers with one epoll instance and one buffer.
type screenShare struct {
	*screenPeers
	peers []screenPeer
	epoll int
	buf   []byte

	mu    sync.Mutex // guards below
	times hist
}

type screenPeer struct {
	fd    int
	got   uint64 // messages
	piece []byte // of a frame
}

func (w *worker) beScreens() error {
	peers, acks, err := addresses(w.At)
	if err != nil {
		return err
	}
	chosen, err := fansOf(w.System)
	if err != nil {
		return err
	}
	s := &screenPeers{dialect: chosen[0].dialect, count: w.Callers, shares: make([]*screenShare, runtime.NumCPU())}
	if s.acks, err = net.Dial("tcp", acks); err != nil {
		return err
	}
	for i := range s.shares {
		share := &screenShare{screenPeers: s, buf: make([]byte, 64<<10)}
		if share.epoll, err = syscall.EpollCreate1(syscall.EPOLL_CLOEXEC); err != nil {
			return err
		}
		s.shares[i] = share
	}
	for i := range s.count {
		if err := s.shares[i%len(s.shares)].connect(peers); err != nil {
			return fmt.Errorf("peer %d: %w", i, err)
		}
	}
	failed := make(chan error, len(s.shares))
	for _, share := range s.shares {
		go func() { failed <- share.receive() }()
	}
	if err := w.out.Encode(report{PID: os.Getpid()}); err != nil {
		return err
	}
	orders := make(chan order)
	go func() {
		defer close(orders)
		take(orders)
	}()
	for {
		select {
		case err := <-failed:
			return err
		case o, more := <-orders:
			if !more {
				return nil
			}
			if err := w.out.Encode(s.carryOutOrder(o)); err != nil {
				return err
			}
		}
	}
}

func (s *screenPeers) carryOutOrder(o order) (r report) {
	var times hist
	for _, share := range s.shares {
		share.mu.Lock()
		if o.Do == "begin" {
			share.times = hist{}
		}
		times.merge(&share.times)
		share.mu.Unlock()
	}
	r.Tally = tally{Requests: times.n, P50: times.quantile(0.5), P99: times.quantile(0.99)}
	return r
}

// receive reads from whoever has something until one has an error.
func (s *screenShare) receive() error {
	events := make([]syscall.EpollEvent, 256)
	for {
		n, err := s.wait(events)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			return err
		}
		if err := s.receiveFrom(events[:n]); err != nil {
			return err
		}
	}
}

// wait returns who has something. The runtime knows of it only when it takes long:
// each time it is told of a system call it may wake its monitor, whose naps take a
// tenth of a processor from whoever is measured.
func (s *screenShare) wait(events []syscall.EpollEvent) (int, error) {
	const short = 5 // ms; the runtime interrupts who runs for ten
	n, _, errno := syscall.RawSyscall6(syscall.SYS_EPOLL_PWAIT, uintptr(s.epoll), uintptr(unsafe.Pointer(&events[0])), uintptr(len(events)), short, 0, 0)
	switch {
	case errno != 0:
		return 0, errno
	case n == 0:
		return syscall.EpollWait(s.epoll, events, -1)
	}
	return int(n), nil
}

func (s *screenShare) receiveFrom(events []syscall.EpollEvent) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var whole uint64 // the last message that we brought to everybody
	for _, e := range events {
		p := &s.peers[e.Fd]
		n, err := s.read(p.fd)
		if err == nil {
			err = s.consume(p, s.buf[:n], &whole)
		}
		if err != nil {
			return fmt.Errorf("peer %d, after %d messages: %w", e.Fd, p.got, err)
		}
	}
	if whole == 0 {
		return nil
	}
	_, err := s.acks.Write(binary.BigEndian.AppendUint64(nil, whole))
	return err
}

// read returns what there is, which always fits. It never waits, so that the
// runtime need not know of it.
func (s *screenShare) read(fd int) (n int, err error) {
	r, _, errno := syscall.RawSyscall(syscall.SYS_READ, uintptr(fd), uintptr(unsafe.Pointer(&s.buf[0])), uintptr(len(s.buf)))
	switch {
	case errno == syscall.EAGAIN:
		return 0, nil
	case errno != 0:
		return 0, errno
	case r == 0:
		return 0, io.ErrUnexpectedEOF
	case int(r) == len(s.buf):
		return 0, errors.New("more came at once than was sent")
	}
	return int(r), nil
}

func (s *screenShare) consume(p *screenPeer, b []byte, whole *uint64) error {
	now := time.Now().UnixNano()
	if len(p.piece) > 0 {
		b = append(p.piece, b...)
		p.piece = nil
	}
	for {
		first, payload, n, err := cutFrame(b)
		switch {
		case err != nil:
			return err
		case n == 0:
			if len(b) > 0 {
				p.piece = bytes.Clone(b)
			}
			return nil
		case first == wsPing:
			err = p.say(wsPong, string(payload))
		case first == wsText:
			err = s.hear(p, payload, now, whole)
		default:
			err = fmt.Errorf("got %q", b[:n])
		}
		if err != nil {
			return err
		}
		b = b[n:]
	}
}

// hear takes the messages of a frame.
func (s *screenShare) hear(p *screenPeer, payload []byte, now int64, whole *uint64) error {
	for message := range bytes.Lines(payload) {
		message = bytes.TrimSuffix(message, []byte("\n"))
		if s.ping != "" && string(message) == s.ping {
			if err := p.say(wsText, s.pong); err != nil {
				return err
			}
			continue
		}
		text, err := s.unwrap(message)
		if err != nil {
			return err
		}
		s.note(p, text, now, whole)
	}
	return nil
}

func (p *screenPeer) say(first byte, payload string) error {
	_, err := syscall.Write(p.fd, clientFrame(first, payload))
	return err
}

func (s *screenShare) note(p *screenPeer, text []byte, now int64, whole *uint64) {
	s.times.add(time.Duration(now - stampOf(text)))
	p.got++
	at := &s.ring[p.got%uint64(len(s.ring))]
	if at.Add(1) == int32(s.count) {
		at.Store(0)
		*whole = p.got
	}
}

// stampOf is when the text was pushed.
func stampOf(text []byte) (nanos int64) {
	for _, c := range text[len(screenText):][:stampSize] {
		digit := int64(c - '0')
		if c >= 'a' {
			digit = int64(c - 'a' + 10)
		}
		nanos = nanos<<4 | digit
	}
	return nanos
}
