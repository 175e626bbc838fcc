package wire

// Check returns nil when data is exactly one JSON value, and otherwise the byte where it is not.
func Check(data []byte) error {
	s := scanner{data: data}
	s.whole(s.space(0))
	return s.failure()
}
