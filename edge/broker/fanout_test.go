package broker_test

import (
	"fmt"
	"net"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/daebus/daebus-go/edge/broker"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

// One subscriber stops reading. It is cut, and 20 others miss nothing.
func TestStalledSubscriberIsCut(t *testing.T) {
	b, addr := serve(t, broker.Config{HardOutput: 256 << 10})
	stalled := dial(t, addr)
	stalled.conn.(*net.TCPConn).SetReadBuffer(4 << 10)
	stalled.do("SUBSCRIBE", "c")

	const healthy, messages = 20, 600
	var wg sync.WaitGroup
	sent := make(chan int, messages) // paces the publisher to the healthy
	for range healthy {
		p := dial(t, addr)
		p.do("SUBSCRIBE", "c")
		wg.Go(func() {
			for i := range messages {
				m := p.message()
				if n, _, _ := strings.Cut(m, " "); n != strconv.Itoa(i) {
					t.Errorf("got message %s, want %d", n, i)
					return
				}
				sent <- i
			}
		})
	}
	pub := dial(t, addr)
	padding := strings.Repeat("x", 16<<10)
	for i := range messages {
		if n := pub.do("PUBLISH", "c", fmt.Sprintf("%d %s", i, padding)).Int; n != healthy && n != healthy+1 {
			t.Fatalf("message %d reached %d, want %d", i, n, healthy)
		}
		for range healthy {
			<-sent
		}
	}
	wg.Wait()
	for deadline := time.Now().Add(patience); b.Stats().Cut != 1; pub.do("PING") {
		if time.Now().After(deadline) {
			t.Fatalf("got %+v, want one client cut", b.Stats())
		}
	}
	if n := b.Stats().Clients; n != healthy+1 {
		t.Errorf("%d clients left, want %d", n, healthy+1)
	}
}

// A soft limit counts only once it lasted.
func TestSoftLimit(t *testing.T) {
	b, addr := serve(t, broker.Config{SoftOutput: 16 << 10, SoftTime: time.Millisecond, HardOutput: 64 << 20})
	stalled := dial(t, addr)
	stalled.conn.(*net.TCPConn).SetReadBuffer(4 << 10)
	stalled.do("SUBSCRIBE", "c")
	pub := dial(t, addr)
	padding := strings.Repeat("x", 32<<10)
	for deadline := time.Now().Add(patience); b.Stats().Cut == 0; {
		if time.Now().After(deadline) {
			t.Fatal("never cut")
		}
		pub.do("PUBLISH", "c", padding)
	}
}

// What many do not read takes little as long as it is the same. When it is not, those
// for whom most waits go, and nobody else.
func TestOutputIsBoundedInSum(t *testing.T) {
	const most, stalled, size = 8 << 20, 8, 32 << 10
	b, addr := serve(t, broker.Config{SoftOutput: 1 << 30, HardOutput: 1 << 30, MaxOutput: most})
	for i := range stalled {
		s := dial(t, addr)
		s.conn.(*net.TCPConn).SetReadBuffer(4 << 10)
		s.do("SUBSCRIBE", "all", fmt.Sprint("own ", i))
	}
	healthy, pub := dial(t, addr), dial(t, addr)
	healthy.do("SUBSCRIBE", "all", "more")
	healthy.read()
	padding := strings.Repeat("x", size)
	for range most / size / 2 {
		if n := pub.do("PUBLISH", "all", padding).Int; n != stalled+1 {
			t.Fatalf("reached %d, want %d", n, stalled+1)
		}
		healthy.read()
	}
	if got := b.Stats(); got.Cut != 0 || got.Output < size || got.Output > most {
		t.Fatalf("got %+v, want nobody cut and no more output than %d", got, most)
	}
	for i, deadline := 0, time.Now().Add(patience); b.Stats().Cut == 0; i++ {
		if time.Now().After(deadline) {
			t.Fatal("nobody is cut")
		}
		pub.do("PUBLISH", fmt.Sprint("own ", i%stalled), padding)
		if got := b.Stats().Output; got > most+2*size {
			t.Fatalf("%d bytes wait, want at most %d", got, most)
		}
	}
	if n := pub.do("PUBLISH", "more", "x").Int; n != 1 {
		t.Errorf("the healthy one was cut")
	}
	healthy.read()
}

// What is being written to somebody who is cut goes a moment later. Nobody else must
// be cut for it meanwhile.
func TestNoMoreAreCutThanNeeded(t *testing.T) {
	const most, size = 16 << 20, 1 << 20 // which is much more than a Unix socket takes
	ln, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	b := serveOn(t, broker.Config{SoftOutput: 1 << 30, HardOutput: 1 << 30, MaxOutput: most}, ln)
	dial := func() *peer {
		conn, err := net.Dial("unix", ln.Addr().String())
		return over(t, conn, err)
	}
	pub, padding := dial(), strings.Repeat("x", size)
	const all = most / size // the last of which is a little too much
	for i := range all {
		dial().do("SUBSCRIBE", fmt.Sprint("own ", i)) // and reads no more
		pub.do("PUBLISH", fmt.Sprint("own ", i), padding)
	}
	for deadline := time.Now().Add(patience); b.Stats().Output > most/4*3; {
		if time.Now().After(deadline) {
			t.Fatalf("%d bytes wait, want at most %d", b.Stats().Output, most/4*3)
		}
		runtime.Gosched()
	}
	left := 0
	for i := range all {
		left += int(pub.do("PUBLISH", fmt.Sprint("own ", i), "x").Int)
	}
	if want := all*3/4 - 2; left < want || left == all {
		t.Errorf("%d of %d are left, want %d", left, all, want)
	}
}

// The publisher gets its answers while nobody reads what it publishes.
func TestPublisherNeverBlocks(t *testing.T) {
	_, addr := serve(t, broker.Config{})
	for range 5 {
		dial(t, addr).do("SUBSCRIBE", "c") // and never reads again
	}
	pub := dial(t, addr)
	padding := strings.Repeat("x", 16<<10)
	for range 2000 {
		pub.do("PUBLISH", "c", padding)
	}
	if n := pub.do("PUBLISH", "c", "x").Int; n != 0 {
		t.Errorf("%d subscribers are left, want 0", n)
	}
}

// A client that sends commands and reads no reply holds its own goroutine for
// WriteTimeout, and nobody else.
func TestClientThatReadsNoReplies(t *testing.T) {
	b, addr := serve(t, broker.Config{WriteTimeout: 50 * time.Millisecond})
	deaf, other := dial(t, addr), dial(t, addr)
	other.do("SET", "k", strings.Repeat("x", 1<<20))
	deaf.conn.(*net.TCPConn).SetReadBuffer(4 << 10)
	request := resp.AppendCommand(nil, "GET", "k")
	for {
		if _, err := deaf.conn.Write(request); err != nil {
			break
		}
		if got := other.do("PING"); string(got.Bytes) != "PONG" {
			t.Fatalf("got %q", got.Bytes)
		}
	}
	for deadline := time.Now().Add(patience); b.Stats().Cut == 0; other.do("PING") {
		if time.Now().After(deadline) {
			t.Fatal("not counted")
		}
	}
}

func TestFanOutTo200(t *testing.T) {
	b, addr := serve(t, broker.Config{})
	const subscribers, messages = 200, 50
	var wg sync.WaitGroup
	for i := range subscribers {
		p := dial(t, addr)
		if i%2 == 1 {
			p.do("HELLO", "3")
		}
		if i%3 == 0 {
			p.do("PSUBSCRIBE", "ne*s")
		} else {
			p.do("SUBSCRIBE", "news")
		}
		wg.Go(func() {
			for i := range messages {
				if m := p.message(); m != strconv.Itoa(i) {
					t.Errorf("got %q, want %d", m, i)
					return
				}
			}
		})
	}
	pub := dial(t, addr)
	for i := range messages {
		if n := pub.do("PUBLISH", "news", strconv.Itoa(i)).Int; n != subscribers {
			t.Errorf("reached %d, want %d", n, subscribers)
		}
	}
	wg.Wait()
	s := b.Stats()
	if s.Messages != messages || s.Delivered != messages*subscribers || s.Cut != 0 {
		t.Errorf("got %+v", s)
	}
}

// A message to thousands takes little memory for each of them.
func TestFanOutToThousands(t *testing.T) {
	_, addr := serve(t, broker.Config{MaxClients: 4000})
	const subscribers = 2000
	var all []*peer
	for range subscribers {
		p := dial(t, addr)
		p.do("SUBSCRIBE", "news")
		all = append(all, p)
	}
	pub := dial(t, addr)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if n := pub.do("PUBLISH", "news", "x").Int; n != subscribers {
		t.Errorf("reached %d, want %d", n, subscribers)
	}
	for _, p := range all {
		if m := p.message(); m != "x" {
			t.Fatalf("got %q", m)
		}
	}
	runtime.ReadMemStats(&after)
	if each := (after.TotalAlloc - before.TotalAlloc) / subscribers; each > 2<<10 {
		t.Errorf("%d bytes were allocated for each subscriber", each)
	}
}

// Messages larger than a queue can hold are refused aloud.
func TestMessageLargerThanTheLimit(t *testing.T) {
	_, addr := serve(t, broker.Config{HardOutput: 1000})
	p := dial(t, addr)
	if got := p.do("PUBLISH", "c", strings.Repeat("x", 600)); !got.Failed() {
		t.Errorf("got %v, want an error", got)
	}
	if got := p.do("PUBLISH", "c", strings.Repeat("x", 400)); got.Failed() {
		t.Errorf("got %s", got.Bytes)
	}
}

// Messages to oneself arrive although replies are off.
func TestMessagesToOneselfWithoutReplies(t *testing.T) {
	_, addr := serve(t, broker.Config{})
	p := dial(t, addr)
	p.do("HELLO", "3")
	p.do("SUBSCRIBE", "c")
	p.send("CLIENT", "REPLY", "OFF")
	for _, m := range []string{"1", "2"} {
		p.send("PUBLISH", "c", m)
		if got := p.message(); got != m {
			t.Errorf("got %q, want %q", got, m)
		}
	}
}

// A reply that is not wanted stays away, too, where others went out ahead of it with
// the message to oneself.
func TestMessageToOneselfBehindReplies(t *testing.T) {
	_, addr := serve(t, broker.Config{})
	p := dial(t, addr)
	p.do("HELLO", "3")
	p.do("SUBSCRIBE", "c")
	var all []byte
	for _, words := range []string{"CLIENT REPLY ON", "PING", "CLIENT REPLY OFF", "PUBLISH c hi", "CLIENT REPLY ON"} {
		all = resp.AppendCommand(all, strings.Fields(words)...)
	}
	if _, err := p.conn.Write(all); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"OK", "PONG"} {
		if got := p.read(); string(got.Bytes) != want {
			t.Fatalf("got %v, want %s", got, want)
		}
	}
	if got := p.message(); got != "hi" {
		t.Errorf("got message %q, want hi", got)
	}
	if got := p.read(); string(got.Bytes) != "OK" {
		t.Errorf("got %v, want OK", got)
	}
}

// Once a subscriber has been killed no message counts it as a receiver.
func TestKilledSubscriberReceivesNothing(t *testing.T) {
	_, addr := serve(t, broker.Config{})
	killer := dial(t, addr)
	for range 50 {
		sub := dial(t, addr)
		sub.do("SUBSCRIBE", "c")
		if n := killer.do("CLIENT", "KILL", "TYPE", "pubsub").Int; n != 1 {
			t.Fatalf("killed %d, want 1", n)
		}
		if n := killer.do("PUBLISH", "c", "hi").Int; n != 0 {
			t.Fatalf("%d received it, want none", n)
		}
	}
}
