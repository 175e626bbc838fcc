package broker

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/internal/seglog"
)

// BenchmarkStreams runs commands without a network, and with a log that is not
// waited for.
func BenchmarkStreams(b *testing.B) {
	for name, lines := range map[string][]string{
		"XADD":          {"XADD s MAXLEN ~ 10000 * temperature 21.5"},
		"XADD3":         {"XADD s MAXLEN ~ 10000 * temperature 21.5 place attic unit celsius"},
		"consume":       {"XADD s MAXLEN ~ 10000 1-* temperature 21.5", "XREADGROUP GROUP g c COUNT 1 STREAMS s >", "XACK s g 1-0"},
		"XREADGROUP100": {"XGROUP CREATE old g 0", "XREADGROUP GROUP g c COUNT 100 STREAMS old >", "XGROUP DESTROY old g"},
		"XRANGE100":     {"XRANGE old 500-0 + COUNT 100"},
		"XREVRANGE100":  {"XREVRANGE old 500-0 - COUNT 100"},
		"XRANGE1":       {"XRANGE old 550-1 550-1"},
	} {
		for _, logged := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/logged=%t", name, logged), func(b *testing.B) {
				ours, theirs := net.Pipe()
				defer ours.Close()
				defer theirs.Close()
				br := New(Config{Fsync: "never"})
				if logged {
					if err := br.open(seglog.At(b.TempDir()), seglog.Config{}); err != nil {
						b.Fatal(err)
					}
					defer br.Close()
				}
				c := newClient(br, ours, 1)
				run := func(args [][]byte) {
					br.run(c, args)
					if c.replies[0] == '-' {
						b.Fatalf("%q: %s", args, c.replies)
					}
					c.commit()
					c.replies = c.replies[:0]
				}
				words := func(line string) (args [][]byte) {
					for _, w := range strings.Fields(line) {
						args = append(args, []byte(w))
					}
					return args
				}
				for i := range 1000 {
					run(words(fmt.Sprintf("XADD old %d-1 temperature 21.5 place attic", i+1)))
				}
				run(words("XGROUP CREATE s g $ MKSTREAM"))
				var commands [][][]byte
				for _, line := range lines {
					commands = append(commands, words(line))
				}
				args := make([][]byte, 16)
				b.ReportAllocs()
				for b.Loop() {
					for _, command := range commands {
						run(args[:copy(args, command)])
					}
				}
			})
		}
	}
}
