package broker_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/broker"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

// A message to one subscriber is copied from the buffer it was read to into one
// that it is written from, and no memory is allocated on the way.
func TestPublishAllocatesNothing(t *testing.T) {
	_, addr := serve(t, broker.Config{})
	for _, size := range []int{16, 8 << 10} {
		sub, pub := dial(t, addr), dial(t, addr)
		sub.do("SUBSCRIBE", "c")
		payload := strings.Repeat("x", size)
		out := resp.AppendCommand(nil, "PUBLISH", "c", payload)
		want := resp.AppendCommand(nil, "message", "c", payload)
		got, reply := make([]byte, len(want)), make([]byte, len(":1\r\n"))
		if n := testing.AllocsPerRun(500, func() {
			if _, err := pub.conn.Write(out); err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadFull(sub.conn, got); err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadFull(pub.conn, reply); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%d bytes: %v allocations, want none", size, n)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%d bytes: got %.80q", size, got)
		}
		sub.do("UNSUBSCRIBE", "c")
	}
}
