package link

import (
	"sync"
	"sync/atomic"
	"time"
)

const (
	lookout = 50 * time.Millisecond  // between the answer to a PING and the next, while messages come
	behind  = 100 * time.Millisecond // for which what the bus has sent may lie unread
)

// lag finds out how far the reading of a connection is behind. What the bus sends
// faster than it is read piles up, in the bus at last, which then cuts the connection
// off. The answer to a PING waits in line with all of it.
type lag struct {
	pipe   *pipe
	behind atomic.Bool // too far

	mu   sync.Mutex // guards below
	sent time.Time  // when the latest PING was
	out  bool       // it is not answered yet
}

// look is called often while messages come.
func (g *lag) look() {
	g.mu.Lock()
	age := time.Since(g.sent)
	ask := !g.out && age > lookout
	if g.out && age > behind {
		g.behind.Store(true)
	}
	g.mu.Unlock()
	if ask {
		g.ask()
	}
}

func (g *lag) ask() {
	g.mu.Lock()
	g.out, g.sent = true, time.Now()
	g.mu.Unlock()
	if g.pipe.command(g, "PING") != nil {
		g.answered()
	}
}

// Receipt implements receipt. While the reading is too far behind no
// subscriber begins, so that nobody looks: then one answer asks for the next.
func (g *lag) Receipt(int, error) {
	if g.answered() > behind {
		g.ask()
	}
}

func (g *lag) answered() (took time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	took = time.Since(g.sent)
	g.out = false
	g.behind.Store(took > behind)
	return took
}
