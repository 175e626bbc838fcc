package hub_test

import (
	"bufio"
	"bytes"
	"runtime"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/hub"
)

// TestWhatMeetsAParkedPeer has a peer say all kinds of things while it is parked, of
// which nothing but one empty pong is dealt with there.
func TestWhatMeetsAParkedPeer(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("peers are parked on Linux only")
	}
	const few = 5
	pong, ask := string(masked(fin|opPong, "")), string(masked(fin|opText, `{"type":"$ping"}`))
	long := string(masked(fin|opPong, strings.Repeat("x", 125)))
	scrambled := "\x8a\x80\x01\x02\x03\x04"
	const goodbye = "\x03\xe8that is all"
	begin, end := string(masked(opText, `{"type":`)), string(masked(fin|opMore, `"$ping"}`))
	s := serve(t, newApp(), hub.Config{})
	before := runtime.NumGoroutine()
	for name, pieces := range map[string][]string{
		"pong":                  {pong, ask},
		"masked pong":           {scrambled, ask},
		"pong and message":      {pong + ask},
		"two pongs":             {pong + pong, ask},
		"pongs of all bytes":    {strings.Repeat(pong, 100) + ask},
		"pongs up to the brim":  {strings.Repeat(pong, 42) + long, pong, ask},
		"pong that says much":   {long, ask},
		"half a pong":           {pong[:1], pong[1:], ask},
		"half a mask":           {pong[:4], pong[4:] + ask},
		"pong and half of one":  {pong + pong[:3], pong[3:], ask},
		"pong within a message": {begin, pong, end},
		"the same at once":      {begin + pong + end},
		"message in bits":       {ask[:1], ask[1:7], ask[7:]},
		"ping":                  {string(masked(fin|opPing, "")), ask},
	} {
		conn := raw(t, s.url)
		v := &viewer{t: t, conn: conn, in: bufio.NewReader(conn)}
		for range 2 {
			awaitGoroutines(t, before+few)
			for _, piece := range pieces {
				if _, err := conn.Write([]byte(piece)); err != nil {
					t.Fatal(err)
				}
				for range 100 {
					runtime.Gosched() // it may come by itself, and often does
				}
			}
			first, body := v.any()
			if name == "ping" && first == fin|opPong {
				first, body = v.any()
			}
			if first != fin|opText || !bytes.Equal(body, []byte(`{"type":"$pong"}`)) {
				t.Errorf("%s: got %x %q", name, first, body)
			}
		}
		awaitGoroutines(t, before+few)
		if _, err := conn.Write(masked(fin|opClose, goodbye)); err != nil {
			t.Fatal(err)
		}
		if first, body := v.any(); first != fin|opClose || string(body) != goodbye {
			t.Errorf("%s, and goodbye: got %x %q", name, first, body)
		}
	}
}
