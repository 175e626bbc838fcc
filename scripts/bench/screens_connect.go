package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"syscall"
)

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
	answer, err := s.readUntil(fd, func(b []byte) bool { return bytes.HasSuffix(b, []byte("\r\n\r\n")) })
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(answer, []byte("HTTP/1.1 101 ")) {
		return fmt.Errorf("answered %q", answer)
	}
	if s.hello != "" {
		if err := s.greet(fd); err != nil {
			return err
		}
	}
	if err := syscall.SetNonblock(fd, true); err != nil {
		return err
	}
	s.peers = append(s.peers, screenPeer{fd: fd})
	const edge = 1 << 31 // EPOLLET: told once of what came, which is read at once
	event := syscall.EpollEvent{Events: syscall.EPOLLIN | edge, Fd: int32(len(s.peers) - 1)}
	return syscall.EpollCtl(s.epoll, syscall.EPOLL_CTL_ADD, fd, &event)
}

// greet says hello, and returns when the server has said welcome.
func (s *screenShare) greet(fd int) error {
	if _, err := syscall.Write(fd, clientFrame(wsText, s.hello)); err != nil {
		return err
	}
	answer, err := s.readUntil(fd, func(b []byte) bool {
		_, _, n, err := cutFrame(b)
		return n > 0 || err != nil
	})
	if err != nil {
		return err
	}
	if _, payload, n, err := cutFrame(answer); err != nil || n != len(answer) || !bytes.HasPrefix(payload, []byte(s.welcome)) {
		return errors.Join(err, fmt.Errorf("welcomed with %q", answer))
	}
	return nil
}

// readUntil waits for an answer.
func (s *screenShare) readUntil(fd int, whole func([]byte) bool) (answer []byte, err error) {
	for !whole(answer) {
		n, err := syscall.Read(fd, s.buf)
		if err != nil || n == 0 {
			return nil, errors.Join(err, fmt.Errorf("answered %q", answer))
		}
		answer = append(answer, s.buf[:n]...)
	}
	return answer, nil
}
