package edge

import (
	"crypto/tls"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"
)

// certificate is what a server shows of itself, out of two PEM files that are
// read again when they have changed: at a handshake, and at most once a second.
type certificate struct {
	certFile, keyFile string
	log               *slog.Logger

	mu      sync.Mutex // guards below
	looked  time.Time
	files   [2]fs.FileInfo // as they were when they were read last
	current *tls.Certificate
}

// openCertificate reads the pair of files.
func openCertificate(certFile, keyFile string, log *slog.Logger) (*certificate, error) {
	c := &certificate{certFile: certFile, keyFile: keyFile, log: log, looked: time.Now()}
	var err error
	if c.files, err = c.stat(); err != nil {
		return nil, err
	}
	c.current, err = c.read()
	return c, err
}

// config serves TLS with the certificate. HTTP/2 is left out: a WebSocket is
// taken over from HTTP/1.1.
func (c *certificate) config() *tls.Config {
	return &tls.Config{GetCertificate: c.get, MinVersion: tls.VersionTLS12}
}

// get returns the newest certificate that could be read.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); now.Sub(c.looked) >= time.Second {
		c.looked = now
		c.renewLocked()
	}
	return c.current, nil
}

// renewLocked reads the files if they are others than the last time. What cannot
// be read is logged once, and the old certificate holds until they change again.
func (c *certificate) renewLocked() {
	files, err := c.stat()
	if err == nil && same(files[0], c.files[0]) && same(files[1], c.files[1]) {
		return
	}
	if err != nil && c.files == [2]fs.FileInfo{} {
		return // said before
	}
	c.files = files
	if err == nil {
		var pair *tls.Certificate
		if pair, err = c.read(); err == nil {
			c.current = pair
			c.log.Info("certificate renewed", "file", c.certFile)
			return
		}
	}
	c.log.Error("certificate not renewed; the old one holds", "err", err)
}

func (c *certificate) stat() (files [2]fs.FileInfo, err error) {
	for i, name := range []string{c.certFile, c.keyFile} {
		if files[i], err = os.Stat(name); err != nil {
			return [2]fs.FileInfo{}, err
		}
	}
	return files, nil
}

// same reports whether a file is the one that it was.
func same(a, b fs.FileInfo) bool {
	return b != nil && os.SameFile(a, b) && a.Size() == b.Size() && a.Mode() == b.Mode() && a.ModTime().Equal(b.ModTime())
}

func (c *certificate) read() (*tls.Certificate, error) {
	if err := guarded(c.keyFile); err != nil {
		return nil, fmt.Errorf("key %s: %w", c.keyFile, err)
	}
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return nil, fmt.Errorf("certificate %s, key %s: %w", c.certFile, c.keyFile, err)
	}
	return &pair, nil
}
