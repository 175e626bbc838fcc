package edge

import (
	"crypto/tls"
	"log/slog"
)

// For the tests of the settings.
var (
	LoadFrom = load // with the directory of the default TOML file
	MaskBus  = maskBus
)

// Complete fills in c as Run does.
func Complete(c *Config, getenv func(string) string) error { return c.complete(getenv) }

// OpenCertificate returns what a handshake asks.
func OpenCertificate(cert, key string, log *slog.Logger) (func(*tls.ClientHelloInfo) (*tls.Certificate, error), error) {
	c, err := openCertificate(cert, key, log)
	return c.get, err
}
