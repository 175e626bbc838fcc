package edge_test

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// screen is as much of a WebSocket client, RFC 6455, as these tests need.
type screen struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
}

// Opcodes of frames.
const (
	textFrame  = 1
	closeFrame = 8
)

func openScreen(t *testing.T, url string) *screen {
	t.Helper()
	addr := strings.TrimPrefix(url, "http://")
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	return shakeHands(t, conn, addr, "/ws")
}

// shakeHands makes a screen of a connection to host, at path.
func shakeHands(t *testing.T, conn net.Conn, host, path string) *screen {
	t.Helper()
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(patience))
	s := &screen{t, conn, bufio.NewReader(conn)}
	io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: "+host+"\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	resp, err := http.ReadResponse(s.in, nil)
	if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("upgrade: got %v, %v", resp, err)
	}
	return s
}

// send sends a text of less than 64 KiB, masked with zeros.
func (s *screen) send(text string) {
	s.t.Helper()
	frame := []byte{0x80 | textFrame, 0x80 | byte(len(text))}
	if len(text) > 125 {
		frame[1] = 0x80 | 126
		frame = binary.BigEndian.AppendUint16(frame, uint16(len(text)))
	}
	if _, err := s.conn.Write(append(append(frame, 0, 0, 0, 0), text...)); err != nil {
		s.t.Fatal(err)
	}
}

// read returns the next frame, whole and of less than 64 KiB as the hub sends them
// here.
func (s *screen) read() (opcode byte, payload string) {
	s.t.Helper()
	opcode, payload, err := s.next()
	if err != nil {
		s.t.Fatal(err)
	}
	return opcode, payload
}

func (s *screen) next() (opcode byte, payload string, err error) {
	var head [4]byte
	if _, err := io.ReadFull(s.in, head[:2]); err != nil {
		return 0, "", err
	}
	size := int(head[1])
	if size == 126 {
		if _, err := io.ReadFull(s.in, head[2:]); err != nil {
			return 0, "", err
		}
		size = int(binary.BigEndian.Uint16(head[2:]))
	}
	body := make([]byte, size)
	_, err = io.ReadFull(s.in, body)
	return head[0] & 0x0f, string(body), err
}

func (s *screen) want(text string) {
	s.t.Helper()
	if opcode, got := s.read(); opcode != textFrame || got != text {
		s.t.Fatalf("got frame %d, %s, want %s", opcode, got, text)
	}
}

// closed reads up to the close frame, returns its code and hangs up.
func (s *screen) closed() uint16 {
	s.t.Helper()
	for {
		if opcode, body := s.read(); opcode == closeFrame {
			s.conn.Close()
			return binary.BigEndian.Uint16([]byte(body))
		}
	}
}
