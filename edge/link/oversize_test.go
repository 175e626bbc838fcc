package link_test

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/edge/internal/redistest"
	"github.com/daebus/daebus-go/edge/internal/resp"
	"github.com/daebus/daebus-go/edge/link"
)

// One message that is too long costs nobody the link.
func TestOversizedMessageIsDropped(t *testing.T) {
	redis := redistest.Start(t)
	// Patient enough for a slow machine; a deaf link would be told in two beats.
	l := up(t, link.Config{Address: redis.Addr, Ping: patience})
	in, _ := l.subscribe(t, "kiosk")
	stars, _ := l.subscribe(t, "sensor.*")

	conn, err := net.Dial("tcp", redis.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	neighbour := resp.NewReader(conn, resp.Limits{})
	long := strings.Repeat("x", 20<<20)
	for _, c := range []struct{ channel, msg string }{
		{"kiosk", "before"}, {"kiosk", long}, {"sensor.1", long}, {"kiosk", "after"}, {"sensor.1", "after"},
	} {
		if _, err := conn.Write(resp.AppendCommand(nil, "PUBLISH", c.channel, c.msg)); err != nil {
			t.Fatal(err)
		}
		if r, err := neighbour.ReadReply(); err != nil || r.Int != 1 {
			t.Fatalf("publish %d bytes on %s: got %+v, %v", len(c.msg), c.channel, r, err)
		}
		if c.msg == long { // Redis cuts off who has 32 MB waiting
			if err := l.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	in.want(t, "kiosk before", "kiosk after")
	stars.want(t, "sensor.1 after")
	if n := l.Stats.Oversized.Load(); n != 2 {
		t.Errorf("got %d oversized messages, want 2", n)
	}
	select {
	case e := <-l.events:
		t.Errorf("got %+v, want the link to stay up", e)
	default:
	}
	l.log.want(t, "channel=kiosk bytes=20971520 limit=16777216")
}

// Oversized messages are logged once, until there was none for a while.
func TestOversizedMessagesAreLoggedOncePerStreak(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		long := fmt.Sprintf("*3\r\n$7\r\nmessage\r\n$5\r\nkiosk\r\n$%d\r\n%s\r\n", 16<<20+1, strings.Repeat("x", 16<<20+1))
		s := newScript(t, func(words []string) string {
			if words[0] == "PUBLISH" {
				return long + ":1\r\n"
			}
			return polite(words)
		})
		l := up(t, link.Config{Dial: s.Dial, Ping: 10 * time.Second})
		for range 3 {
			l.publish(t, "kiosk", "x", 1)
			time.Sleep(30 * time.Second)
		}
		one := "message dropped: it is longer than the link takes"
		l.log.want(t, one)
		time.Sleep(31 * time.Second)
		l.publish(t, "kiosk", "x", 1)
		l.log.want(t, one, one)
		if n := l.Stats.Oversized.Load(); n != 4 {
			t.Errorf("got %d oversized messages, want 4", n)
		}
		l.stop()
	})
}
