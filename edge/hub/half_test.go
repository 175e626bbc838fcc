package hub_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"testing"

	"github.com/coder/websocket"

	"github.com/daebus/daebus-go/edge/hub"
)

// What a frame of a client begins with: RFC 6455, section 5.2.
const (
	firstPart = 0x01 // of a text
	lastPart  = 0x80
	ping      = 0x89
	pong      = 0x8a
	text      = 0x81
	closing   = 0x88
)

// Peers that begin a message and do not end it hold no more than is stated between
// them. Who has begun may end it.
func TestHalfMessagesAreBoundedInSum(t *testing.T) {
	const part, most = 60_000, 200_000
	s := serve(t, newApp(), hub.Config{HalfBytes: most})
	begin := func() (conn net.Conn, kept bool) {
		conn = raw(t, s.url)
		sendFrame(t, conn, firstPart, bytes.Repeat([]byte("x"), part))
		sendFrame(t, conn, ping, nil) // is answered when the part was read
		first, payload := nextFrame(t, conn)
		switch {
		case first == pong:
			return conn, true
		case first != closing || websocket.StatusCode(binary.BigEndian.Uint16(payload)) != websocket.StatusTryAgainLater:
			t.Fatalf("got a frame %#x with %q", first, payload)
		}
		return conn, false
	}
	var kept []net.Conn
	for conn, ok := begin(); ok; conn, ok = begin() {
		if kept = append(kept, conn); len(kept)*part > most {
			t.Fatalf("%d peers hold %d bytes, want %d at most", len(kept), len(kept)*part, most)
		}
	}
	if len(kept) < 2 {
		t.Fatalf("%d peers may begin a message, want 2 at least", len(kept))
	}
	for _, conn := range kept {
		sendFrame(t, conn, lastPart, []byte("x"))
		if first, payload := nextFrame(t, conn); first != text {
			t.Errorf("got a frame %#x with %q, want an answer", first, payload)
		}
	}
	if _, ok := begin(); !ok {
		t.Error("what was held is not given back")
	}
}

// sendFrame sends a frame with a mask of zeros.
func sendFrame(t *testing.T, conn net.Conn, first byte, payload []byte) {
	t.Helper()
	const masked = 0x80
	frame := []byte{first, masked | byte(len(payload))}
	if len(payload) > 125 {
		frame = binary.BigEndian.AppendUint16([]byte{first, masked | 126}, uint16(len(payload)))
	}
	frame = append(append(frame, 0, 0, 0, 0), payload...)
	if _, err := conn.Write(frame); err != nil {
		t.Fatal(err)
	}
}

// nextFrame reads a frame of up to 125 bytes.
func nextFrame(t *testing.T, conn net.Conn) (first byte, payload []byte) {
	t.Helper()
	var head [2]byte
	_, err := io.ReadFull(conn, head[:])
	payload = make([]byte, head[1]&0x7f)
	if err == nil {
		_, err = io.ReadFull(conn, payload)
	}
	if err != nil {
		t.Fatal(err)
	}
	return head[0], payload
}
