package edge

import (
	"crypto/tls"
	"fmt"
	"net"
)

// listenTLS listens with a certificate, which is read once.
func listenTLS(address, cert, key string) (net.Listener, error) {
	if err := guarded(key); err != nil {
		return nil, fmt.Errorf("broker_tls_key: %w", err)
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, fmt.Errorf("broker_tls_cert %s, broker_tls_key %s: %w", cert, key, err)
	}
	ln, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	return secureListener{ln, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}}, nil
}

type secureListener struct {
	net.Listener
	cfg *tls.Config
}

func (l secureListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return secureConn{tls.Server(conn, l.cfg)}, nil
}

// secureConn closes at once. A tls.Conn says goodbye first, which may wait for
// the peer, and the broker waits for nobody.
type secureConn struct{ *tls.Conn }

func (c secureConn) Close() error { return c.NetConn().Close() }
