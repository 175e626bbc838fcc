package broker

import (
	"strconv"
	"testing"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// A transaction may ask for the same large reply again and again. What it makes of
// it is bounded, whatever the reply consists of, and the client is cut.
func TestRepliesAreBounded(t *testing.T) {
	for _, asked := range [][]string{
		{"LPOS", "l", "x", "COUNT", "0"}, {"COMMAND"}, {"ZRANGE", "z", "0", "-1", "WITHSCORES"}, {"XPENDING", "s", "g", "-", "+", "1000"},
	} {
		t.Run(asked[0], func(t *testing.T) {
			b, c := small(t, NoEviction)
			c.proto = resp.RESP3
			do(c, "XGROUP", "CREATE", "s", "g", "0", "MKSTREAM")
			for i := range 300 {
				do(c, "RPUSH", "l", "x")
				do(c, "ZADD", "z", strconv.Itoa(i), strconv.Itoa(i))
				do(c, "XADD", "s", "*", "f", "v")
			}
			do(c, "XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", ">")
			args := make([][]byte, len(asked))
			for i, word := range asked {
				args[i] = []byte(word)
			}
			cmd, _ := b.find(args)
			for range 1000 {
				c.execute(cmd, args)
			}
			if got, most := len(c.replies), 2*b.cfg.MaxMemory+100; got > most {
				t.Errorf("%d bytes of replies, want at most %d", got, most)
			}
		})
	}
}
