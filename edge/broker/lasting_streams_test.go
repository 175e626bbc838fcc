package broker_test

import (
	"context"
	"net"
	"testing"

	"github.com/daebus/daebus-go/edge/broker"
)

// Streams come back from the log as they were, with who has what pending.
func TestStreamsLast(t *testing.T) {
	cfg := broker.Config{Dir: t.TempDir(), Fsync: "never"}
	dice := broker.NewDice(1)
	script := []string{"select 1"}
	for range 500 {
		script = append(script, dice.Command())
	}
	tell := []string{"select 1"}
	for _, key := range []string{"s", "t", "none"} {
		tell = append(tell, "xinfo stream "+key+" full count 0", "xpending "+key+" g", "xpending "+key+" h")
	}
	var want []string
	for round := range 3 {
		b, err := broker.Open(cfg)
		if err != nil {
			t.Fatal(err)
		}
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- b.Serve(ctx, ln) }()
		for i, got := range converse(t, ln.Addr().String(), tell) {
			if round > 0 && untimed(got) != want[i] {
				t.Errorf("round %d: %s\n got %q\nwant %q", round, tell[i], untimed(got), want[i])
			}
		}
		converse(t, ln.Addr().String(), script)
		want = converse(t, ln.Addr().String(), tell)
		for i := range want {
			want[i] = untimed(want[i])
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}
}
