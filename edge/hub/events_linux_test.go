package hub_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"

	"github.com/daebus/daebus-go/edge/hub"
)

// The kernel holds little for a reader of events, over TLS too.
func TestSendBufferOfEvents(t *testing.T) {
	const most = 256 << 10 // of the megabytes that it would grow to
	for _, name := range []string{"plain", "TLS"} {
		h, _ := newHub(t, board("a"), hub.Config{})
		server := httptest.NewUnstartedServer(h.Events())
		conns := make(chan net.Conn, 1)
		server.Config.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
			conns <- conn
			return hub.ConnContext(ctx, conn)
		}
		client := http.DefaultClient
		if name == "plain" {
			server.Start()
		} else {
			server.StartTLS()
			client = server.Client()
		}
		e := listen(t, client, server.URL+"/?topic=a", "")
		if _, err := e.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		conn := <-conns
		if secure, ok := conn.(interface{ NetConn() net.Conn }); ok {
			conn = secure.NetConn()
		}
		raw, err := conn.(syscall.Conn).SyscallConn()
		if err != nil {
			t.Fatal(err)
		}
		size := 0
		if err := raw.Control(func(fd uintptr) {
			size, _ = syscall.GetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_SNDBUF)
		}); err != nil {
			t.Fatal(err)
		}
		if size == 0 || size > most {
			t.Errorf("%s: got a send buffer of %d bytes, want at most %d", name, size, most)
		}
		closeHub(t, h)
		server.Close()
	}
}
