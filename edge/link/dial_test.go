package link_test

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/internal/redistest"
	"github.com/daebus/daebus-go/edge/link"
)

// withUsers has passwords for the default user and for an ACL user.
func withUsers(more ...string) []string {
	return append([]string{
		"--user", "default", "on", ">s3cret", "~*", "&*", "+@all",
		"--user", "kiosk", "on", ">t0p", "~*", "&door*", "+@all",
	}, more...)
}

func TestWaysIn(t *testing.T) {
	t.Parallel()
	socket := filepath.Join(t.TempDir(), "redis.sock")
	s := redistest.Start(t, withUsers("--unixsocket", socket)...)
	for _, c := range []struct{ name, bus, user, database string }{
		{"password", "redis://:s3cret@" + s.Addr, "default", "0"},
		{"user", "redis://kiosk:t0p@" + s.Addr, "kiosk", "0"},
		{"database", "redis://:s3cret@" + s.Addr + "/5", "default", "5"},
		{"socket", "unix://kiosk:t0p@" + socket, "kiosk", "0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, err := link.Parse(c.bus)
			if err != nil {
				t.Fatal(err)
			}
			cfg.Name = "the-" + c.name
			l := up(t, cfg)
			in, _ := l.subscribe(t, "door")
			l.publish(t, "door", "open", 1)
			in.want(t, "door open")

			found := 0
			list := command(t, s.Addr, "AUTH s3cret", "CLIENT LIST")
			for line := range strings.Lines(list) {
				if strings.Contains(line, " name=the-"+c.name+" ") &&
					strings.Contains(line, " db="+c.database+" ") && strings.Contains(line, " user="+c.user+" ") {
					found++
				}
			}
			if found != 2 {
				t.Errorf("got %d such connections, want 2, in\n%s", found, list)
			}
			l.log.want(t)
		})
	}
}

func TestNotLetIn(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t, withUsers()...)
	for _, c := range []struct {
		name string
		cfg  link.Config
		want string
		code daebus.Code
	}{
		{"wrong password", link.Config{Password: "guess1"}, "the bus refused: WRONGPASS invalid username-password pair", daebus.Denied},
		{"wrong user", link.Config{User: "nobody", Password: "guess1"}, "the bus refused: WRONGPASS", daebus.Denied},
		{"no password", link.Config{}, "the bus refused: NOAUTH Authentication required", daebus.Denied},
		{"no such database", link.Config{Password: "s3cret", Database: 99}, "the bus refused: ERR DB index is out of range", daebus.Internal},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.cfg.Address = s.Addr
			l := run(t, c.cfg)
			<-l.Settled()
			var err error
			eventually(t, c.want, func() bool {
				err = l.Err()
				return err != nil && strings.Contains(err.Error(), c.want)
			})
			if !errors.Is(err, c.code) || daebus.CodeOf(err) != daebus.Unavailable {
				t.Errorf("got code %q of %v, want unavailable because %q", daebus.CodeOf(err), err, c.code)
			}
			if strings.Contains(l.log.String(), "guess1") {
				t.Errorf("the password is in the log:\n%s", l.log)
			}
			eventually(t, "a line of log", func() bool { return l.log.String() != "" })
			l.log.want(t, "no bus yet; trying on")
		})
	}
}

func TestPasswordIsTriedAgain(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t, withUsers()...)
	l := run(t, link.Config{Address: s.Addr, User: "late", Password: "p", Retry: 20 * time.Millisecond})
	<-l.Settled()
	command(t, s.Addr, "AUTH s3cret", "ACL SETUSER late on >p ~* &* +@all")
	l.event(t, true)
	eventually(t, "two lines of log", func() bool { return strings.Count(l.log.String(), "\n") == 2 })
	l.log.want(t, "WRONGPASS", "bus up")
}

// A link that is told to end ends at once, whatever the dial is waiting for.
func TestEndsAtAnyMomentOfTheDial(t *testing.T) {
	mute := func(verb string) func([]string) string {
		return func(words []string) string {
			if words[0] == verb {
				return ""
			}
			return polite(words)
		}
	}
	for _, moment := range []string{"connect", "AUTH", "CLIENT", "SELECT", "PING", "SUBSCRIBE"} {
		t.Run(moment, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScript(t, mute(moment))
				dial := s.Dial
				if moment == "connect" {
					dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
						<-ctx.Done()
						return nil, ctx.Err()
					}
				}
				l := run(t, link.Config{Dial: dial, Password: "p", Name: "n", Database: 1})
				if _, err := l.Subscribe(t.Context(), "door", func(string, []byte) {}); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				start := time.Now()
				l.stop()
				if took := time.Since(start); took != 0 {
					t.Errorf("Run took %v to return, want no time", took)
				}
				if len(l.events) > 0 {
					t.Errorf("got %+v, want no event", <-l.events)
				}
				l.log.want(t)
			})
		})
	}
}

// A server that accepts and says nothing costs two seconds, or a shorter Ping.
func TestSilentHandshakeIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t, func([]string) string { return "" })
		l := run(t, link.Config{Dial: s.Dial, Ping: time.Minute})
		start := time.Now()
		<-l.Settled()
		if took := time.Since(start); took != 2*time.Second {
			t.Errorf("the first dial took %v, want 2s", took)
		}
	})
}
