package hub_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/hub"
)

const (
	opMore, opText, opClose, opPing, opPong = 0x0, 0x1, 0x8, 0x9, 0xa
	fin                                     = 0x80
)

// masked is a frame of a peer, masked with zeroes, of at most 125 bytes.
func masked(first byte, payload string) []byte {
	return append([]byte{first, 0x80 | byte(len(payload)), 0, 0, 0, 0}, payload...)
}

// awaitGoroutines returns when no more than most are left.
func awaitGoroutines(t *testing.T, most int) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for runtime.NumGoroutine() > most {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, want at most %d", runtime.NumGoroutine(), most)
		}
		runtime.Gosched()
	}
}

func TestPeersThatSayNothingHaveNoGoroutine(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("peers are parked on Linux only")
	}
	const peers, few = 100, 10
	app, in, _ := joined()
	s := serve(t, app, hub.Config{})
	before := runtime.NumGoroutine()
	var conns []*net.TCPConn
	for range peers {
		conns = append(conns, raw(t, s.url))
		within(t, in)
	}
	awaitGoroutines(t, before+few)
	for n, talk := range [][]byte{
		masked(fin|opPing, "are you there"), masked(fin|opPong, "unasked"), masked(fin|opText, `{"type":"$ping"}`),
	} {
		for _, c := range conns {
			if _, err := c.Write(talk); err != nil {
				t.Fatal(err)
			}
			if n == 1 { // which has no answer
				c.Write(masked(fin|opPing, "and now"))
			}
			if _, err := c.Read(make([]byte, 100)); err != nil {
				t.Fatal(err)
			}
		}
		awaitGoroutines(t, before+few)
	}
	if n := s.Push([]byte(`{}`), nil); n != peers {
		t.Errorf("reached %d of %d parked peers", n, peers)
	}
	for _, c := range conns {
		if _, err := c.Read(make([]byte, 100)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestFramesMayComeInAnyPieces sends what a peer may say, with the handshake and
// in pieces of each size, which meet the reader parked or not.
func TestFramesMayComeInAnyPieces(t *testing.T) {
	text := func(n int) string { return fmt.Sprintf(`{"type":"echo","data":%d}`, n) }
	var talk []byte
	var want []string
	for n := range 6 {
		talk = append(talk, masked(fin|opText, text(10*n))...)
		talk = append(talk, masked(fin|opPing, "between messages")...)
		talk = append(talk, masked(fin|opPong, "")...)
		talk = append(talk, masked(opText, text(10*n + 1)[:9])...)
		talk = append(talk, masked(fin|opPing, "within a message")...)
		talk = append(talk, masked(fin|opPong, "")...)
		talk = append(talk, masked(opMore, "")...)
		talk = append(talk, masked(fin|opMore, text(10*n + 1)[9:])...)
		want = append(want, fmt.Sprintf(`{"type":"response","data":%d}`, 10*n), fmt.Sprintf(`{"type":"response","data":%d}`, 10*n+1))
	}
	s := serve(t, newApp(), hub.Config{})
	for size := 1; size <= len(talk); size = 2*size + 1 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		var hello bytes.Buffer
		if err := upgradeRequest(t, "http://kiosk/ws", nil).Write(&hello); err != nil {
			t.Fatal(err)
		}
		hello.Write(talk[:size])
		if _, err := conn.Write(hello.Bytes()); err != nil {
			t.Fatal(err)
		}
		v := &viewer{t: t, conn: conn, in: bufio.NewReader(conn)}
		for line := ""; line != "\r\n"; {
			if line, err = v.in.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
		}
		go func() {
			for rest := talk[size:]; len(rest) > 0; {
				n := min(size, len(rest))
				conn.Write(rest[:n])
				rest = rest[n:]
			}
		}()
		pongs := 0
		for got := 0; got < len(want) || pongs < len(want); {
			first, body := v.any()
			switch {
			case first == fin|opPong && (string(body) == "between messages" || string(body) == "within a message"):
				pongs++
			case first == fin|opText && got < len(want) && sameJSON(string(body), want[got]):
				got++
			default:
				t.Fatalf("pieces of %d: got %x, %q after %d messages and %d pongs", size, first, body, got, pongs)
			}
		}
	}
}

// any returns the next frame, control frames too.
func (v *viewer) any() (first byte, body []byte) {
	v.t.Helper()
	first, size, err := v.header()
	if err != nil {
		v.t.Fatal(err)
	}
	body = make([]byte, size)
	for n := 0; n < size && err == nil; {
		var m int
		m, err = v.in.Read(body[n:])
		n += m
	}
	if err != nil {
		v.t.Fatal(err)
	}
	return first, body
}

// TestControlFramesStandBetweenMessages has answers to pings written while
// messages are stuck halfway.
func TestControlFramesStandBetweenMessages(t *testing.T) {
	const messages, size, pings = 60, 40_000, 20
	app, in, _ := joined()
	s := serve(t, app, hub.Config{QueueBytes: 2 * messages * size})
	conn := raw(t, s.url)
	within(t, in)
	for n := range messages {
		s.Push([]byte(strings.Repeat(string(rune('a'+n%26)), size+n)), nil)
		if n%(messages/pings) == 0 {
			if _, err := conn.Write(masked(fin|opPing, fmt.Sprintf("ping number %d", n))); err != nil {
				t.Fatal(err)
			}
		}
	}
	v := &viewer{t: t, conn: conn, in: bufio.NewReader(conn)}
	for got, pongs := 0, 0; got < messages || pongs < pings; {
		switch first, body := v.any(); first {
		case fin | opText:
			if want := strings.Repeat(string(rune('a'+got%26)), size+got); string(body) != want {
				t.Fatalf("message %d: got %d bytes, %.20q", got, len(body), body)
			}
			got++
		case fin | opPong:
			if want := fmt.Sprintf("ping number %d", pongs*(messages/pings)); string(body) != want {
				t.Fatalf("got pong %q, want %q", body, want)
			}
			pongs++
		default:
			t.Fatalf("got %x, %.20q", first, body)
		}
	}
}

func TestOverTLS(t *testing.T) {
	app, in, _ := joined()
	h, _ := newHub(t, app, hub.Config{QueueBytes: 2 << 20})
	server := httptest.NewTLSServer(h)
	defer server.Close()
	defer closeHub(t, h)
	c := dialWith(t, server.URL, &websocket.DialOptions{HTTPClient: server.Client()})
	within(t, in)
	frame, err := daebus.PushFrame("news", strings.Repeat("x", 100_000))
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		h.Push(frame, nil)
		c.send(`{"type":"$ping"}`)
	}
	for got := 0; got < 20; got++ {
		if text := c.receive(); text != `{"type":"$pong"}` && text != string(frame) {
			t.Fatalf("got %.50q", text)
		}
	}
	c.CloseNow()
}

// TestPeersComeAndGoWhileMessagesArePushed has peers go in every way, while they
// are parked, woken and written to.
func TestPeersComeAndGoWhileMessagesArePushed(t *testing.T) {
	s := serve(t, newApp(), hub.Config{})
	push := func() { s.Push([]byte(`{"type":"tick"}`), nil) }
	comeAndGo(t, s, 8, push, func(ctx context.Context, c *websocket.Conn, n int) {
		switch n % 4 {
		case 0: // is gone at once
		case 1: // says something, reads a little and says goodbye
			c.Write(ctx, websocket.MessageText, []byte(`{"type":"$ping"}`))
			c.Read(ctx)
			c.Close(websocket.StatusNormalClosure, "")
		case 2: // reads until it is told to go, and so are the others
			for _, p := range s.Peers() {
				p.Close(4000, "next, please")
			}
			for err := error(nil); err == nil; {
				_, _, err = c.Read(ctx)
			}
		case 3: // goes while it is being answered
			c.Write(ctx, websocket.MessageText, []byte(`{"type":"$ping"}`))
		}
	})
}

// comeAndGo has visitors connect so many times each, visit and go, while talk is
// called all the time.
func comeAndGo(t *testing.T, s *served, visits int, talk func(), visit func(ctx context.Context, c *websocket.Conn, n int)) {
	const visitors = 8
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	over := make(chan struct{})
	var talking, visiting sync.WaitGroup
	talking.Go(func() {
		for {
			select {
			case <-over:
				return
			default:
				talk()
			}
		}
	})
	for range visitors {
		visiting.Go(func() {
			for n := range visits {
				c, _, err := websocket.Dial(ctx, s.url, nil)
				if err != nil {
					t.Error(err)
					return
				}
				visit(ctx, c, n)
				c.CloseNow()
			}
		})
	}
	visiting.Wait()
	close(over)
	talking.Wait()
}
