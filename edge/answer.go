package edge

import (
	"bufio"
	"io"
	"net"
	"net/http"
)

// answer knows whether it has begun. It can do what the server's own can.
type answer struct {
	http.ResponseWriter
	begun bool
}

func (a *answer) WriteHeader(status int) {
	a.ResponseWriter.WriteHeader(status) // panics where it is no status
	if status >= http.StatusOK || status == http.StatusSwitchingProtocols {
		a.begun = true
	}
}

func (a *answer) Write(b []byte) (int, error) {
	a.begun = true
	return a.ResponseWriter.Write(b)
}

// ReadFrom lets the kernel copy files.
func (a *answer) ReadFrom(r io.Reader) (int64, error) {
	a.begun = true
	return io.Copy(a.ResponseWriter, r)
}

func (a *answer) Flush() {
	a.begun = true
	_ = http.NewResponseController(a.ResponseWriter).Flush() // the client may have gone
}

func (a *answer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	a.begun = true
	return http.NewResponseController(a.ResponseWriter).Hijack()
}

// Unwrap lets an http.ResponseController at the rest.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
