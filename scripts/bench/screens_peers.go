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
	"strconv"
	"sync"
	"syscall"
	"time"
)

// maxScreens is how many peers there may be; each needs a file in two processes.
const maxScreens = 15_000

const (
	screenHeader = 4 // bytes of the header of a frame of textSize
	screenFrame  = screenHeader + textSize
	pingFrame    = 0x89
)

// screenPeers are all peers of a server, with one epoll instance and one buffer.
type screenPeers struct {
	all   []screenPeer
	epoll int
	acks  net.Conn
	buf   []byte

	mu    sync.Mutex // guards below
	times hist
	ring  [4096]int // peers that have a message, by its number
	whole uint64    // messages that have reached everybody
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
	s := &screenPeers{buf: make([]byte, 64<<10)}
	if s.epoll, err = syscall.EpollCreate1(syscall.EPOLL_CLOEXEC); err != nil {
		return err
	}
	if s.acks, err = net.Dial("tcp", acks); err != nil {
		return err
	}
	for i := range w.Callers {
		if err := s.connect(i, peers); err != nil {
			return fmt.Errorf("peer %d: %w", i, err)
		}
	}
	failed := make(chan error, 1)
	go func() { failed <- s.receive() }()
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
	s.mu.Lock()
	defer s.mu.Unlock()
	switch o.Do {
	case "begin":
		s.times = hist{}
	case "end":
		r.Tally = tally{Requests: s.times.n, P50: s.times.quantile(0.5), P99: s.times.quantile(0.99)}
	}
	return r
}

// connect shakes hands, with the socket as it is: the runtime need not know it.
func (s *screenPeers) connect(i int, address string) error {
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
	s.all = append(s.all, screenPeer{fd: fd})
	event := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(i)}
	return syscall.EpollCtl(s.epoll, syscall.EPOLL_CTL_ADD, fd, &event)
}

// receive reads from whoever has something until one has an error.
func (s *screenPeers) receive() error {
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

func (s *screenPeers) receiveFrom(events []syscall.EpollEvent) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.whole
	for _, e := range events {
		p := &s.all[e.Fd]
		n, err := syscall.Read(p.fd, s.buf)
		if err == syscall.EINTR {
			continue
		}
		if err == nil && n == 0 {
			err = io.ErrUnexpectedEOF
		}
		if err == nil {
			err = s.consume(p, s.buf[:n])
		}
		if err != nil {
			return fmt.Errorf("peer %d, after %d messages: %w", e.Fd, p.got, err)
		}
	}
	if s.whole == before {
		return nil
	}
	_, err := s.acks.Write(binary.BigEndian.AppendUint64(nil, s.whole))
	return err
}

func (s *screenPeers) consume(p *screenPeer, b []byte) error {
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
			if err := s.count(p, b[:screenFrame], now); err != nil {
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

func (s *screenPeers) count(p *screenPeer, frame []byte, now int64) error {
	text := frame[screenHeader:]
	if frame[0] != 0x81 || frame[1] != 126 || string(text[:len(screenText)]) != screenText {
		return fmt.Errorf("got %q", frame)
	}
	stamp, err := strconv.ParseInt(string(text[len(screenText):][:stampSize]), 16, 64)
	if err != nil {
		return err
	}
	s.times.add(time.Duration(now - stamp))
	p.got++
	at := p.got % uint64(len(s.ring))
	if s.ring[at]++; s.ring[at] == len(s.all) {
		s.ring[at] = 0
		s.whole = p.got
	}
	return nil
}
