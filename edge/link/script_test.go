package link_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// script is a server in memory: it answers each command with the text that the
// function returns, "" being silence. It works in a bubble of fake time.
type script struct {
	t      *testing.T
	answer func(words []string) string

	mu    sync.Mutex // guards below
	dials int
	wg    sync.WaitGroup
}

func newScript(t *testing.T, answer func(words []string) string) *script {
	s := &script{t: t, answer: answer}
	t.Cleanup(s.wg.Wait)
	return s
}

// Dial is for link.Config. The link closes the connection.
func (s *script) Dial(context.Context, string, string) (net.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dials++
	ours, theirs := net.Pipe()
	s.wg.Go(func() { s.serve(ours) })
	return theirs, nil
}

func (s *script) serve(conn net.Conn) {
	defer conn.Close()
	in := resp.NewReader(conn, resp.Limits{})
	for {
		args, err := in.ReadCommand()
		if err != nil {
			return
		}
		var words []string
		for _, a := range args {
			words = append(words, string(a))
		}
		text := s.answer(words)
		if text == "" {
			continue // a pipe would hand on even nothing
		}
		if _, err := conn.Write([]byte(text)); err != nil {
			return
		}
	}
}

// polite answers as Redis does what a link asks.
func polite(words []string) string {
	switch verb := strings.ToLower(words[0]); verb {
	case "ping":
		return "+PONG\r\n"
	case "publish":
		return ":1\r\n"
	case "hello":
		return "-ERR unknown command 'hello'\r\n" // as before Redis 6
	case "subscribe", "psubscribe", "unsubscribe", "punsubscribe":
		return fmt.Sprintf("*3\r\n$%d\r\n%s\r\n$%d\r\n%s\r\n:1\r\n", len(verb), verb, len(words[1]), words[1])
	default:
		return "+OK\r\n"
	}
}
