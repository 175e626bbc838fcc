package broker

import (
	"fmt"
	"testing"
)

// Keys that are waited for, or watched, take memory, and give it back.
func TestAudienceIsBounded(t *testing.T) {
	for command, args := range map[string][]string{"BLPOP": {"0"}, "WATCH": nil} {
		t.Run(command, func(t *testing.T) {
			b, c := small(t, NoEviction)
			words := []string{command, "k1", "k1"}
			for i := range 1000 {
				words = append(words, fmt.Sprint("k", i))
			}
			do(c, append(words, args...)...)
			if b.held < b.cfg.MaxMemory {
				t.Errorf("1000 keys are counted as %d bytes", b.held)
			}
			other := newClient(b, c.conn, 2)
			b.run(other, [][]byte{[]byte("BLPOP"), []byte("k1"), []byte("0")})
			if got := string(other.replies); got != "-"+errMemory+"\r\n" {
				t.Errorf("a client that waits beyond the bound got %q", got)
			}
			b.silence(c)
			if b.held != 0 || len(b.audiences) != 0 {
				t.Errorf("%d bytes and %d audiences are left", b.held, len(b.audiences))
			}
			do(other, "BLPOP", "k1", "0")
			if other.parked == nil {
				t.Error("a client may not wait although there is room")
			}
		})
	}
}
