package resp_test

import (
	"io"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// trimmer gives one chunk after another, and has the Reader give back what is
// empty between them.
type trimmer struct {
	chunks  []string
	trimmed bool
	r       *resp.Reader
	sizes   []int // of the buffer behind each trim
	halves  []int // bytes of a half command there
}

func (c *trimmer) Read(p []byte) (int, error) {
	if !c.trimmed {
		c.trimmed = true
		c.r.Trim()
		c.sizes = append(c.sizes, c.r.Size())
		c.halves = append(c.halves, c.r.Partial())
		return 0, nil
	}
	if c.chunks[0] == "" {
		c.chunks, c.trimmed = c.chunks[1:], false
		if len(c.chunks) == 0 {
			return 0, io.EOF
		}
		return 0, nil
	}
	n := copy(p, c.chunks[0])
	c.chunks[0] = c.chunks[0][n:]
	return n, nil
}

// An empty buffer is given back, and one with half a command in it is not.
func TestTrim(t *testing.T) {
	long := "*1\r\n$30000\r\n" + strings.Repeat("x", 30_000) + "\r\n"
	c := &trimmer{chunks: []string{long, long[:20_000], long[20_000:]}}
	c.r = resp.NewReader(c, resp.Limits{Start: 1 << 10})
	for i := range 2 {
		if args, err := c.r.ReadCommand(); err != nil || len(args) != 1 || len(args[0]) != 30_000 {
			t.Fatalf("command %d: %d arguments, %v", i, len(args), err)
		}
	}
	if _, err := c.r.ReadCommand(); err != io.EOF {
		t.Errorf("got %v, want EOF", err)
	}
	if len(c.sizes) != 3 || c.sizes[1] != 1<<10 || c.halves[1] != 0 {
		t.Errorf("empty: %v bytes of buffer, %v of a command", c.sizes, c.halves)
	}
	if c.sizes[2] < 20_000 || c.halves[2] != 20_000 {
		t.Errorf("half a command: %v bytes of buffer, %v of a command", c.sizes, c.halves)
	}
}
