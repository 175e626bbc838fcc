package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// dialect is what a server and its peers say to each other above RFC 6455. A
// message of the server may hold several, a line each.
type dialect struct {
	hello, welcome string // what a peer says first, and what the answer begins with; "" = nothing
	ping, pong     string // "" = none but those of RFC 6455
	before, after  string // what is around a text
}

var plain dialect

// unwrap returns the text of a message.
func (d *dialect) unwrap(message []byte) (text []byte, err error) {
	text, began := bytes.CutPrefix(message, []byte(d.before))
	text, ended := bytes.CutSuffix(text, []byte(d.after))
	if !began || !ended || len(text) != textSize || string(text[:len(screenText)]) != screenText {
		return nil, fmt.Errorf("got %q", message)
	}
	return text, nil
}

// What a frame begins with, by RFC 6455, section 5.2.
const (
	wsText = 0x81
	wsPing = 0x89
	wsPong = 0x8a
)

// cutFrame takes the first frame of b. It is n bytes long, 0 while it is not whole.
func cutFrame(b []byte) (first byte, payload []byte, n int, err error) {
	if len(b) < 2 {
		return 0, nil, 0, nil
	}
	header, size := 2, int(b[1])
	switch {
	case size == 126 && len(b) < 4:
		return 0, nil, 0, nil
	case size == 126:
		header, size = 4, int(binary.BigEndian.Uint16(b[2:]))
	case size > 126:
		return 0, nil, 0, errors.New("a frame is masked, or longer than any that was sent")
	}
	if n = header + size; len(b) < n {
		return 0, nil, 0, nil
	}
	return b[0], b[header:n], n, nil
}

// clientFrame is a short frame of a client, masked with zeroes.
func clientFrame(first byte, payload string) []byte {
	return append([]byte{first, 0x80 | byte(len(payload)), 0, 0, 0, 0}, payload...)
}
