package link_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/internal/redistest"
	"github.com/daebus/daebus-go/edge/link"
)

func TestFollow(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	l := up(t, link.Config{Address: s.Addr})
	heard := make(chan string, 10)
	stop, err := l.Follow("door", func(channel string, msg []byte) { heard <- channel + " " + string(msg) }, func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Flush(t.Context()); err != nil { // the bus has answered by then
		t.Fatal(err)
	}
	l.publish(t, "door", "open", 1)
	if got := <-heard; got != "door open" {
		t.Errorf("got %q", got)
	}
	stop()
	if err := l.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	l.publish(t, "door", "shut", 0)
	if len(heard) > 0 {
		t.Errorf("got %q after stop", <-heard)
	}
}

// A refused channel costs whoever follows it that channel, and nobody the link;
// neither at once nor when the link comes back.
func TestARefusedChannelIsForgone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t, func(words []string) string {
			if strings.EqualFold(words[0], "SUBSCRIBE") && words[1] == "secret" {
				return "-NOPERM No permissions to access a channel\r\n"
			}
			return polite(words)
		})
		var there atomic.Bool
		l := run(t, link.Config{Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			if !there.Load() {
				return nil, errors.New("no route to host")
			}
			return s.Dial(ctx, network, address)
		}})
		var refused []error
		follow := func(channel string) {
			fn := func(string, []byte) {}
			if _, err := l.Follow(channel, fn, func(err error) { refused = append(refused, err) }); err != nil {
				t.Error(err)
			}
		}
		follow("secret") // while the link is down
		there.Store(true)
		l.event(t, true)
		follow("open")
		follow("secret") // and while it is up
		time.Sleep(time.Minute)
		synctest.Wait()
		if err := l.Err(); err != nil || len(l.events) > 0 {
			t.Errorf("got %v and %d more events, want a link that stays up", err, len(l.events))
		}
		if len(refused) != 2 || daebus.CodeOf(refused[0]) != daebus.Denied || daebus.CodeOf(refused[1]) != daebus.Denied {
			t.Errorf("got refused %v, want twice denied", refused)
		}
	})
}
