package hub_test

import (
	"bufio"
	"fmt"
	"net"
	"runtime"
	"testing"

	"github.com/daebus/daebus-go/edge/hub"
)

// TestTalkAndPushesKeepTheirOrder has peers talk in pieces, and rest, while messages
// are pushed to them. Then they go in every way, and leave nothing behind.
func TestTalkAndPushesKeepTheirOrder(t *testing.T) {
	const peers, trips = 30, 20
	app, in, out := joined()
	s := serve(t, app, hub.Config{})
	before := runtime.NumGoroutine()
	var all []*talker
	for range peers {
		conn := raw(t, s.url)
		all = append(all, &talker{viewer: viewer{t: t, conn: conn, in: bufio.NewReader(conn)}})
		within(t, in)
	}
	for trip := range trips {
		for i, c := range all {
			s.Push(fmt.Appendf(nil, `{"type":"push","data":%d}`, trip*peers+i), nil)
			c.ask(trip)
		}
		for _, c := range all {
			c.want(fin|opPong, "within it")
			c.want(fin|opText, fmt.Sprintf(`{"type":"response","data":%d}`, trip))
		}
	}
	for i, c := range all {
		for c.pushes < trips*peers {
			if first, body := c.any(); !c.pushed(first, body) {
				t.Fatalf("got %x, %q after %d pushes", first, body, c.pushes)
			}
		}
		conn := c.conn.(*net.TCPConn)
		switch i % 4 {
		case 0:
			conn.CloseWrite()
			continue
		case 1:
			conn.SetLinger(0) // resets the connection
		case 2:
			conn.Write(masked(fin|0x8, "\x03\xe8"))
		}
		conn.Close()
	}
	for range peers {
		within(t, out)
	}
	if n := s.Len(); n != 0 {
		t.Errorf("%d peers are left", n)
	}
	awaitGoroutines(t, before)
}

// talker is a peer that knows how many of the messages pushed it has got.
type talker struct {
	viewer
	pushes int
}

func (c *talker) ask(trip int) {
	text := fmt.Sprintf(`{"type":"echo","data":%d}`, trip)
	for _, piece := range [][]byte{masked(opText, text[:7]), masked(fin|opPing, "within it"), masked(fin|opMore, text[7:])} {
		if _, err := c.conn.Write(piece); err != nil {
			c.t.Fatal(err)
		}
	}
}

// want reads up to a frame, over what was pushed before it.
func (c *talker) want(first byte, text string) {
	c.t.Helper()
	gotFirst, body := c.any()
	for c.pushed(gotFirst, body) {
		gotFirst, body = c.any()
	}
	if gotFirst != first || string(body) != text {
		c.t.Fatalf("got %x, %q after %d pushes, want %x, %q", gotFirst, body, c.pushes, first, text)
	}
}

func (c *talker) pushed(first byte, body []byte) bool {
	if first != fin|opText || string(body) != fmt.Sprintf(`{"type":"push","data":%d}`, c.pushes) {
		return false
	}
	c.pushes++
	return true
}
