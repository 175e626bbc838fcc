package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
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

const (
	screenHeader = 4 // bytes of the header of a frame of textSize
	screenFrame  = screenHeader + textSize
	pingFrame    = 0x89
)

// screenPeers are all peers of a server. Each processor has a share of them.
type screenPeers struct {
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
	s := &screenPeers{count: w.Callers, shares: make([]*screenShare, runtime.NumCPU())}
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

// connect shakes hands, with the socket as it is: the runtime need not know it.
func (s *screenShare) connect(address string) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	if err := syscall.Connect(fd, &syscall.SockaddrInet4{Port: int(to.Port()), Addr: to.Addr().As4()}); err != nil {
		return err
	}
	const request = "GET /ws HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
	if _, err := syscall.Write(fd, fmt.Appendf(nil, request, address)); err != nil {
		return err
	}
	var answer []byte
	for !bytes.HasSuffix(answer, []byte("\r\n\r\n")) {
		n, err := syscall.Read(fd, s.buf)
		if err != nil || n == 0 {
			return errors.Join(err, fmt.Errorf("answered %q", answer))
		}
		answer = append(answer, s.buf[:n]...)
	}
	if !bytes.HasPrefix(answer, []byte("HTTP/1.1 101 ")) {
		return fmt.Errorf("answered %q", answer)
	}
	if err := syscall.SetNonblock(fd, true); err != nil {
		return err
	}
	s.peers = append(s.peers, screenPeer{fd: fd})
	const edge = 1 << 31 // EPOLLET: told once of what came, which is read at once
	event := syscall.EpollEvent{Events: syscall.EPOLLIN | edge, Fd: int32(len(s.peers) - 1)}
	return syscall.EpollCtl(s.epoll, syscall.EPOLL_CTL_ADD, fd, &event)
}

// receive reads from whoever has something until one has an error.
func (s *screenShare) receive() error {
	events := make([]syscall.EpollEvent, 256)
	for {
		n, err := syscall.EpollWait(s.epoll, events, -1)
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
		switch {
		case len(b) >= 2 && b[0] == pingFrame && len(b) >= 2+int(b[1]):
			size := 2 + int(b[1])
			pong := append([]byte{0x8a, 0x80 | b[1], 0, 0, 0, 0}, b[2:size]...) // masked with zeroes
			if _, err := syscall.Write(p.fd, pong); err != nil {
				return err
			}
			b = b[size:]
		case len(b) >= screenFrame && b[0] != pingFrame:
			if err := s.note(p, b[:screenFrame], now, whole); err != nil {
				return err
			}
			b = b[screenFrame:]
		default:
			if len(b) > 0 {
				p.piece = bytes.Clone(b)
			}
			return nil
		}
	}
}

func (s *screenShare) note(p *screenPeer, frame []byte, now int64, whole *uint64) error {
	text := frame[screenHeader:]
	if frame[0] != 0x81 || frame[1] != 126 || string(text[:len(screenText)]) != screenText {
		return fmt.Errorf("got %q", frame)
	}
	s.times.add(time.Duration(now - stampOf(text)))
	p.got++
	at := &s.ring[p.got%uint64(len(s.ring))]
	if at.Add(1) == int32(s.count) {
		at.Store(0)
		*whole = p.got
	}
	return nil
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
