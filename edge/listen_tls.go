package edge

import (
	"crypto/tls"
	"fmt"
	"net"
)

// secured has ln speak TLS, if that is configured.
func (r *runner) secured(ln net.Listener) (net.Listener, error) {
	if r.cfg.TLSCert == "" {
		return ln, nil
	}
	cert, err := openCertificate(r.cfg.TLSCert, r.cfg.TLSKey, r.log)
	if err != nil {
		ln.Close()
		return nil, fmt.Errorf("config: tls_cert and tls_key: %w", err)
	}
	return tls.NewListener(ln, cert.config()), nil
}

// scheme is that of the service's URL.
func (r *runner) scheme() string {
	if r.cfg.TLSCert == "" {
		return "http"
	}
	return "https"
}

// listenTLS is a listener of the broker.
func listenTLS(cfg *Config) (net.Listener, error) {
	cert, err := openCertificate(cfg.BrokerTLSCert, cfg.BrokerTLSKey, cfg.Logger)
	if err != nil {
		return nil, fmt.Errorf("broker_tls_cert and broker_tls_key: %w", err)
	}
	ln, err := net.Listen("tcp", cfg.BrokerTLS)
	if err != nil {
		return nil, err
	}
	return secureListener{ln, cert.config()}, nil
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
