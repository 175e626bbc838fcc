package main

import (
	"encoding/binary"
	"os"
	"testing"
)

// A frame of centrifuge may hold several messages, and pings among them. It comes
// in pieces.
func TestMessagesAreCountedNotFrames(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	d := centrifugeJSON
	message := d.before + string(newText()) + d.after
	lines := message + "\n" + d.ping + "\n" + message
	frame := append(binary.BigEndian.AppendUint16([]byte{wsText, 126}, uint16(len(lines))), lines...)

	s := &screenShare{screenPeers: &screenPeers{dialect: d, count: 1}}
	p := &screenPeer{fd: int(w.Fd())}
	var whole uint64
	for _, piece := range [][]byte{frame[:1], frame[1:3], frame[3:300], frame[300:]} {
		if err := s.consume(p, piece, &whole); err != nil {
			t.Fatal(err)
		}
	}
	if p.got != 2 || whole != 2 || len(p.piece) > 0 {
		t.Errorf("got %d messages, %d with everybody and %q left, want 2 and 2", p.got, whole, p.piece)
	}
	answer := make([]byte, 16)
	n, err := r.Read(answer)
	if want := string(clientFrame(wsText, d.pong)); err != nil || string(answer[:n]) != want {
		t.Errorf("the ping was answered with %q and %v, want %q", answer[:n], err, want)
	}
	if err := s.consume(p, append([]byte{wsText, byte(len(d.before))}, d.before...), &whole); err == nil {
		t.Error("got no error for a message without a text")
	}
}
