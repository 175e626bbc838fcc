package hub_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/hub"
)

// deaf connects a peer that never reads after the handshake.
func deaf(t testing.TB, url string) {
	t.Helper()
	raw(t, url).SetReadBuffer(4 << 10)
}

// raw connects a peer that does nothing by itself.
func raw(t testing.TB, url string) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	shakeHands(t, conn)
	return conn.(*net.TCPConn)
}

func shakeHands(t testing.TB, conn net.Conn) {
	t.Helper()
	req := upgradeRequest(t, "http://kiosk/ws", nil)
	if err := req.Write(conn); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), req)
	if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("got %v, error %v", resp, err)
	}
}

func TestSlowPeerIsClosedAndNobodyElseNotices(t *testing.T) {
	const fast, rounds, burst = 50, 40, 10
	app, in, out := joined()
	s := serve(t, app, hub.Config{QueueBytes: 64 << 10})
	deaf(t, s.url)
	slow := within(t, in)
	var clients []*client
	for range fast {
		clients = append(clients, dial(t, s.url))
		within(t, in)
	}
	pad := strings.Repeat("x", 2000)
	for round := range rounds {
		for i := range burst {
			frame, err := daebus.PushFrame("tick", map[string]any{"seq": round*burst + i, "pad": pad})
			if err != nil {
				t.Fatal(err)
			}
			if n := s.Push(frame, nil); n < fast {
				t.Fatalf("reached %d peers, want at least %d", n, fast)
			}
		}
		for _, c := range clients { // who reads is never behind by more than a burst
			for i := range burst {
				var tick struct{ Data struct{ Seq int } }
				if err := json.Unmarshal([]byte(c.receive()), &tick); err != nil {
					t.Fatal(err)
				}
				if want := round*burst + i; tick.Data.Seq != want {
					t.Fatalf("got message %d, want %d", tick.Data.Seq, want)
				}
			}
		}
	}
	if gone := within(t, out); gone != slow {
		t.Errorf("peer %s was closed, want %s", gone.ID(), slow.ID())
	}
	if n := s.Stats.Slow.Load(); n != 1 {
		t.Errorf("counted %d slow peers", n)
	}
	if n := s.log.count("does not read"); n != 1 {
		t.Errorf("said %d times, want once", n)
	}
	if n := s.Len(); n != fast {
		t.Errorf("%d peers left, want %d", n, fast)
	}
}

// TestAThousandPeersAndOneThatHardlyReads has one peer read a byte whenever the
// others have all read a message.
func TestAThousandPeersAndOneThatHardlyReads(t *testing.T) {
	const peers, messages, size = 1000, 40, 8 << 10
	in, out := make(chan daebus.Peer, peers), make(chan daebus.Peer, peers)
	app := newApp()
	app.OnPeer(
		func(_ context.Context, p daebus.Peer) error { in <- p; return nil },
		func(_ context.Context, p daebus.Peer) { out <- p })
	s := serve(t, app, hub.Config{QueueBytes: 64 << 10})
	var fast []*net.TCPConn
	for range peers - 1 {
		fast = append(fast, raw(t, s.url))
		within(t, in)
	}
	conn := raw(t, s.url)
	conn.SetReadBuffer(4 << 10)
	slow := within(t, in)
	got := make([]byte, 4+size) // a frame of this size has a header of four bytes
	for n := range messages {
		text := bytes.Repeat([]byte{'a' + byte(n%26)}, size)
		if reached := s.Push(text, nil); reached < len(fast) {
			t.Fatalf("reached %d peers, want at least %d", reached, len(fast))
		}
		for i, c := range fast {
			if _, err := io.ReadFull(c, got); err != nil || !bytes.Equal(got[4:], text) {
				t.Fatalf("message %d, peer %d: got %.20q, %v", n, i, got[4:], err)
			}
		}
		if _, err := conn.Read(got[:1]); err != nil {
			t.Fatalf("message %d: %v", n, err)
		}
	}
	if gone := within(t, out); gone != slow || s.Len() != len(fast) || s.Stats.Slow.Load() != 1 {
		t.Errorf("peer %s is closed, %d are left and %d were slow", gone.ID(), s.Len(), s.Stats.Slow.Load())
	}
}

func TestSendToASlowPeerIsBusyThenUnavailable(t *testing.T) {
	app, in, out := joined()
	s := serve(t, app, hub.Config{QueueBytes: 1 << 10})
	deaf(t, s.url)
	p := within(t, in)
	pad := strings.Repeat("x", 100<<10)
	var err error
	for range 100 {
		if err = p.Send("pad", pad); err != nil {
			break
		}
	}
	if !errors.Is(err, daebus.Busy) {
		t.Errorf("got %v, want busy", err)
	}
	if err := p.Send("pad", pad); !errors.Is(err, daebus.Unavailable) {
		t.Errorf("got %v, want unavailable", err)
	}
	within(t, out)
}

func TestFloodIsAnsweredBusyAndDisturbsNobody(t *testing.T) {
	const flood, accepted = 100, 1 + 16 // one runs, sixteen wait
	app := newApp()
	gate := make(chan struct{})
	app.Socket("block", daebus.HandlerFunc(func(context.Context, *daebus.Request) (any, error) {
		<-gate
		return "done", nil
	}))
	s := serve(t, app, hub.Config{})
	flooder, other := dial(t, s.url), dial(t, s.url)
	for range flood {
		flooder.send(`{"type":"block"}`)
	}
	for range flood - accepted {
		if got := flooder.receive(); !strings.Contains(got, `"code":"busy"`) {
			t.Fatalf("got %s, want busy", got)
		}
	}
	if err := flooder.CloseRead(flooder.ctx).Err(); err != nil {
		t.Fatal(err)
	}
	if err := flooder.Ping(flooder.ctx); err != nil {
		t.Errorf("no pong while handlers run: %v", err)
	}
	for i := range 20 {
		other.send(fmt.Sprintf(`{"type":"echo","data":%d}`, i))
		other.want(fmt.Sprintf(`{"type":"response","data":%d}`, i))
	}
	flooder.CloseNow() // before an answer comes that nobody expects
	close(gate)
}
