package main

import "fmt"

const (
	minSize    = len(`{"text":"ccsss"}`)
	maxCallers = 36 * 36
	digits     = "0123456789abcdefghijklmnopqrstuvwxyz"
)

// message is the payload as a typed handler sees it.
type message struct {
	Text string `json:"text"`
}

// newPayload is a JSON object of size bytes, at least minSize, that no other
// caller sends.
func newPayload(caller, size int) []byte {
	b := fmt.Appendf(nil, `{"text":"%c%c`, digits[caller/36%36], digits[caller%36])
	for len(b) < size-len(`"}`) {
		b = append(b, '.')
	}
	return append(b, `"}`...)
}

// stamp makes a payload differ from the caller's last ones.
func stamp(payload []byte, n uint64) {
	at := payload[len(`{"text":"cc`):]
	at[0], at[1], at[2] = digits[n/36/36%36], digits[n/36%36], digits[n%36]
}
