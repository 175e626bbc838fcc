package edge

import (
	"io"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/daebus/daebus-go/daebus"
)

// manyBodies is what the bodies of requests in flight may hold together, where one
// alone may not be larger.
const manyBodies = 32 << 20

// bodies counts what was read of the bodies of requests in flight: their handlers
// have it in memory. What a client announces does not count, as it may never come.
type bodies struct {
	most int64
	held atomic.Int64
}

// body is that of one request.
type body struct {
	io.ReadCloser
	of *bodies

	mu   sync.Mutex // guards below
	over bool
	held int64
}

var errBodies = daebus.Errorf(daebus.Busy, "too much is being uploaded at once; try again")

// Read fails when it has read more than all may have together.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.over { // a handler left a goroutine behind
		return n, err
	}
	b.held += int64(n)
	if b.of.held.Add(int64(n)) > b.of.most {
		return n, errBodies
	}
	return n, err
}

// release is called when the request is over.
func (b *body) release() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.over = true
	b.of.held.Add(-b.held)
}

// limited bounds the body of each request, and of all together. Of one that is too
// large the server is to know, which it does by its own ResponseWriter.
func (r *runner) limited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Body != http.NoBody {
			b := &body{ReadCloser: req.Body, of: &r.bodies}
			defer b.release()
			req.Body = http.MaxBytesReader(w, b, r.cfg.BodyLimit)
		}
		next.ServeHTTP(w, req)
	})
}
