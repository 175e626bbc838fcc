package link_test

import (
	"context"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/daebus/daebus-go/edge/internal/redistest"
	"github.com/daebus/daebus-go/edge/link"
)

// commandStats is how often the server has been asked something.
func commandStats(t *testing.T, addr, verb string) (calls int) {
	t.Helper()
	for line := range strings.Lines(command(t, addr, "INFO commandstats")) {
		if rest, ok := strings.CutPrefix(line, "cmdstat_"+verb+":calls="); ok {
			number, _, _ := strings.Cut(rest, ",")
			calls, _ = strconv.Atoi(number)
		}
	}
	return calls
}

// Answers are not asked about one by one.
func TestAnswersAreSilent(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	l := up(t, link.Config{Address: s.Addr, Ping: time.Minute})
	in, _ := l.subscribe(t, "door")
	before := commandStats(t, s.Addr, "client|reply")
	for i := range 1000 {
		if err := l.Post("door", []byte(strconv.Itoa(i))); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 1000 {
		in.want(t, "door "+strconv.Itoa(i))
	}
	if n := commandStats(t, s.Addr, "client|reply") - before; n != 1 {
		t.Errorf("CLIENT REPLY was sent %d times, want OFF alone, behind the first answer", n)
	}
}

// An answer that the bus refuses is told of in the log, although the bus is not
// asked about answers.
func TestRefusedAnswerIsNoticed(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	command(t, s.Addr, "ACL SETUSER limited on >secret +@all ~* resetchannels &caller:* &allowed")
	l := up(t, link.Config{Address: s.Addr, User: "limited", Password: "secret"})
	eventually(t, "a word of the message that was refused", func() bool {
		if err := l.Post("forbidden", []byte("x")); err != nil {
			t.Fatal(err)
		}
		return strings.Contains(l.log.String(), "NOPERM")
	})
	in, _ := l.subscribe(t, "allowed")
	l.publish(t, "allowed", "x", 1)
	in.want(t, "allowed x")
}

// A server or a user without CLIENT REPLY is spoken to as before.
func TestNotCapableOfSilence(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	command(t, s.Addr, "ACL SETUSER plain on >secret +@all -client|reply ~* &*")
	l := up(t, link.Config{Address: s.Addr, User: "plain", Password: "secret"})
	in, _ := l.subscribe(t, "door")
	for i := range 100 {
		if err := l.Post("door", []byte(strconv.Itoa(i))); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 100 {
		in.want(t, "door "+strconv.Itoa(i))
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := l.Flush(ctx); err != nil {
		t.Fatal(err)
	}
}

// Redis up to 7.0.5 keeps messages back, too, from who wants no replies.
func TestSilenceThatDeafens(t *testing.T) {
	t.Parallel()
	var off atomic.Bool
	s := newScript(t, func(words []string) string {
		switch line := strings.Join(words, " "); {
		case line == "HELLO 3":
			return "+OK\r\n"
		case strings.HasPrefix(line, "CLIENT REPLY"):
			off.Store(words[2] == "OFF")
		}
		if off.Load() {
			return ""
		}
		return echo(words)
	})
	l := up(t, link.Config{Dial: s.Dial, Ping: time.Minute})
	in, _ := l.subscribe(t, "door")
	for range 3 {
		if err := l.Post("door", []byte("x")); err != nil {
			t.Fatal(err)
		}
		in.want(t, "door x")
	}
}
