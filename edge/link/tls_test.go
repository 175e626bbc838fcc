package link_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/daebus/daebus-go/edge/internal/redistest"
	"github.com/daebus/daebus-go/edge/link"
)

func TestTLS(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	cert, own := certificate(t)
	addr := terminate(t, cert, s.Addr)

	cfg, err := link.Parse("rediss://" + addr + "/2")
	if err != nil {
		t.Fatal(err)
	}
	cfg.TLS.RootCAs = own
	l := up(t, cfg)
	in, _ := l.subscribe(t, "door")
	l.publish(t, "door", "open", 1)
	in.want(t, "door open")
}

// Answers from where messages are read go out over TLS too, in order.
func TestTLSAnswers(t *testing.T) {
	t.Parallel()
	const messages = 2000
	s := redistest.Start(t)
	cert, own := certificate(t)
	cfg, err := link.Parse("rediss://" + terminate(t, cert, s.Addr))
	if err != nil {
		t.Fatal(err)
	}
	cfg.TLS.RootCAs = own
	l := up(t, cfg)
	in, _ := l.subscribe(t, "answers")
	if _, err := l.Subscribe(t.Context(), "door", func(_ string, msg []byte) {
		if err := l.Post("answers", msg); err != nil {
			t.Error(err)
		}
	}); err != nil {
		t.Fatal(err)
	}
	asker := up(t, link.Config{Address: s.Addr})
	for i := range messages {
		if err := asker.Post("door", []byte(strconv.Itoa(i))); err != nil {
			t.Fatal(err)
		}
	}
	for i := range messages {
		in.want(t, "answers "+strconv.Itoa(i))
	}
}

func TestTLSDistrustsStrangers(t *testing.T) {
	t.Parallel()
	cert, own := certificate(t)
	addr := terminate(t, cert, "127.0.0.1:1")
	for _, c := range []struct {
		name string
		tls  *tls.Config
		want string
	}{
		{"unknown authority", &tls.Config{ServerName: "127.0.0.1"}, "certificate signed by unknown authority"},
		{"another name", &tls.Config{ServerName: "broker", RootCAs: own}, "broker"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := run(t, link.Config{Address: addr, TLS: c.tls})
			<-l.Settled()
			eventually(t, c.want, func() bool { return strings.Contains(fmt.Sprint(l.Err()), c.want) })
		})
	}
}

// certificate makes one for 127.0.0.1, and the pool of its authority.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	sign := func(c, parent *x509.Certificate, by *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		c.NotBefore, c.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
		if parent == nil {
			parent, by = c, key
		}
		der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, by)
		if err != nil {
			t.Fatal(err)
		}
		if c, err = x509.ParseCertificate(der); err != nil {
			t.Fatal(err)
		}
		return c, key
	}
	authority, authorityKey := sign(&x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "the house"},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}, nil, nil)
	leaf, key := sign(&x509.Certificate{
		SerialNumber: big.NewInt(2), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, authority, authorityKey)
	own := x509.NewCertPool()
	own.AddCert(authority)
	return tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key}, own
}

// terminate ends TLS in front of a server, until the test ends.
func terminate(t *testing.T, cert tls.Certificate, to string) (addr string) {
	t.Helper()
	ln, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	t.Cleanup(func() {
		ln.Close()
		wg.Wait()
	})
	forward := func(client net.Conn) {
		defer client.Close()
		if client.(*tls.Conn).Handshake() != nil {
			return
		}
		server, err := net.Dial("tcp", to)
		if err != nil {
			return
		}
		wg.Go(func() {
			defer client.Close()
			io.Copy(client, server)
		})
		io.Copy(server, client)
		server.Close()
	}
	wg.Go(func() {
		for {
			client, err := ln.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { forward(client) })
		}
	})
	return ln.Addr().String()
}
