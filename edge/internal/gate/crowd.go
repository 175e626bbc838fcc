package gate

import (
	"log/slog"
	"net"
	"net/http"
	"sync"
)

// Limit bounds the connections of a server that does not serve yet. Anybody who
// reaches its address can open them, with the token or without. While there are
// more than many none is kept for another request, and one beyond most is closed at
// once. Those that are taken over, as WebSocket peers are, do not count.
func Limit(server *http.Server, many, most int, log *slog.Logger) {
	c := &crowd{server: server, many: many, most: most, log: log}
	server.ConnState = c.changed
}

type crowd struct {
	server     *http.Server
	many, most int
	log        *slog.Logger

	mu    sync.Mutex // guards below
	open  int
	dense bool // none is kept
}

func (c *crowd) changed(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch state {
	case http.StateNew:
		c.open++
		if c.open > c.most {
			conn.Close() // the server finds that out
		}
		if c.open > c.many && !c.dense {
			c.dense = true
			c.log.Warn("too many HTTP connections; those that idle are closed", "open", c.open)
			c.server.SetKeepAlivesEnabled(false)
		}
	case http.StateHijacked, http.StateClosed:
		c.open--
		if c.open <= c.many/2 && c.dense {
			c.dense = false
			c.log.Info("HTTP connections are kept again", "open", c.open)
			c.server.SetKeepAlivesEnabled(true)
		}
	}
}
