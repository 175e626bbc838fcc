package wire

import "fmt"

// Check returns nil when data is exactly one JSON value, and otherwise the byte where it is not.
func Check(data []byte) error {
	s := scanner{data: data}
	if !s.whole(s.space(0)) {
		return s.err
	}
	if s.nan > 0 {
		return fmt.Errorf("byte %d: %w", s.nan-1, ErrNaN)
	}
	return nil
}
