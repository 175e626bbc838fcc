package hub

import (
	"errors"
	"io"
	"slices"
	"sync/atomic"
)

// freeHalf is what the part of a message that has come may take without being
// counted.
const freeHalf = 4 << 10

var errCrowded = errors.New("too much of messages that have not come as a whole")

// half is the memory of messages that have not come as a whole, of all peers. A peer
// may take its time for the rest, as long as it answers pings.
type half struct {
	limit int64
	used  atomic.Int64
}

// receive reads all of r. It has errCrowded when that takes memory beyond the limit.
func (h *half) receive(r io.Reader) ([]byte, error) {
	var b []byte
	held := int64(0)
	defer func() { h.used.Add(-held) }()
	for {
		if len(b) == cap(b) {
			b = slices.Grow(b, 512)
			if size := int64(cap(b)); size > freeHalf {
				sum := h.used.Add(size - held)
				held = size
				if sum > h.limit {
					return nil, errCrowded
				}
			}
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if err == io.EOF {
			return b, nil
		}
		if err != nil {
			return b, err
		}
	}
}
