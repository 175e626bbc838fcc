package broker_test

import (
	"bytes"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/edge/broker"
	"github.com/daebus/daebus-go/edge/internal/redistest"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

// play lets several clients talk to a server in turn and returns the raw replies
// of each step. A step is the name of a client and a line as converse takes it;
// "a! line" sends a command that blocks and goes on once it does, and "a?" reads
// what that brought.
func play(t *testing.T, addr, proto string, steps []string) (replies []string) {
	t.Helper()
	cast := make(map[string]*actor)
	control := dial(t, addr)
	control.do("FLUSHALL")
	blocked := 0
	for _, step := range steps {
		name, line, _ := strings.Cut(step, " ")
		mode := name[len(name)-1]
		a := cast[strings.TrimRight(name, "!?")]
		if a == nil {
			a = enter(t, addr)
			cast[strings.TrimRight(name, "!?")] = a
			a.say("hello " + proto)
			a.hear()
		}
		switch mode {
		case '!':
			a.say(line)
			blocked++
			for blockedClients(control) < blocked {
				time.Sleep(time.Millisecond)
			}
		case '?':
			blocked--
			replies = append(replies, a.hear())
		default:
			a.say(line)
			replies = append(replies, a.hear())
		}
	}
	return replies
}

func blockedClients(control *peer) int {
	_, rest, _ := strings.Cut(string(control.do("INFO", "clients").Bytes), "blocked_clients:")
	n, _ := strconv.Atoi(strings.TrimSpace(strings.SplitN(rest, "\r\n", 2)[0]))
	return n
}

// actor is one client of a play.
type actor struct {
	t    *testing.T
	conn *tap
	rd   *resp.Reader
}

func enter(t *testing.T, addr string) *actor {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(patience))
	tapped := &tap{Conn: conn}
	return &actor{t, tapped, resp.NewReader(tapped, resp.Limits{})}
}

func (a *actor) say(line string) {
	a.t.Helper()
	if _, err := a.conn.Write([]byte(strings.ReplaceAll(line, "; ", "\r\n") + "\r\nthe-end\r\n")); err != nil {
		a.t.Fatal(err)
	}
}

const theEnd = "-ERR unknown command 'the-end', with args beginning with: \r\n"

// hear returns what came until the end of the line that was said.
func (a *actor) hear() string {
	a.t.Helper()
	for !bytes.Contains(a.conn.raw.Bytes(), []byte(theEnd)) {
		if _, err := a.rd.ReadReply(); err != nil {
			a.conn.raw.WriteString("<closed: " + theEnd)
		}
	}
	said, rest, _ := strings.Cut(a.conn.raw.String(), theEnd)
	a.conn.raw.Reset()
	a.conn.raw.WriteString(rest)
	return said
}

// comparePlays lets both servers play, in both protocol versions.
func comparePlays(t *testing.T, plays map[string][]string) {
	t.Helper()
	redis := redistest.Start(t)
	for name, steps := range plays {
		for _, proto := range []string{"2", "3"} {
			t.Run(name+" "+proto, func(t *testing.T) {
				_, addr := serve(t, broker.Config{})
				want, got := play(t, redis.Addr, proto, steps), play(t, addr, proto, steps)
				var heard []string
				for _, s := range steps {
					if name, _, _ := strings.Cut(s, " "); !strings.HasSuffix(name, "!") {
						heard = append(heard, s)
					}
				}
				for i := range want {
					if got[i] != want[i] {
						t.Errorf("step %q\n got %q\nwant %q", heard[i], got[i], want[i])
					}
				}
			})
		}
	}
}
