package wire

import (
	"bytes"
	"strings"
)

// longestMessage bounds the text that ScanError makes of a payload of another shape, in bytes.
const longestMessage = 256

// ScanError returns what the payload of an error reply says. The code is empty when there is none, as from a Python
// peer. A payload of another shape is its own message, cut to a sane length. The strings are copies, valid UTF-8, and the
// message is never empty.
func ScanError(payload []byte) (message, code string) {
	var m members
	m.open(payload)
	for m.next() {
		switch string(m.name) {
		case "error":
			message = string(m.text())
			if message == "" {
				message = excerpt(m.raw)
			}
		case "code":
			code = string(m.text())
		}
	}
	if message == "" {
		message = excerpt(payload)
	}
	return message, code
}

// excerpt returns the text that stands for a value that is not an error's message.
func excerpt(raw []byte) string {
	raw = bytes.TrimSpace(raw)
	switch string(raw) {
	case "", "null", "{}", `""`:
		return "an error without a message"
	}
	if raw[0] == '"' && valid(raw) {
		raw = appendDecoded(nil, raw[1:len(raw)-1])
	}
	if len(raw) > longestMessage {
		return strings.ToValidUTF8(string(raw[:longestMessage]), "") + "…"
	}
	return strings.ToValidUTF8(string(raw), "\uFFFD")
}
