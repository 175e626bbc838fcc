package broker_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/edge/broker"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

func certificate(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// serveOn runs a broker on a listener for the length of the test.
func serveOn(t *testing.T, cfg broker.Config, ln net.Listener) *broker.Broker {
	t.Helper()
	b := broker.New(cfg)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Serve(ctx, ln) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return b
}

// over makes a peer of a connection.
func over(t *testing.T, conn net.Conn, err error) *peer {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(3 * patience))
	return &peer{t, conn, resp.NewReader(conn, resp.Limits{})}
}

// Over TLS all is as without: messages, waiting, addresses; and a client that
// does not read is cut without keeping anybody waiting for its goodbye.
func TestTLS(t *testing.T) {
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var out lockedBuffer
	ln := tls.NewListener(plain, &tls.Config{Certificates: []tls.Certificate{certificate(t)}})
	b := serveOn(t, broker.Config{MaxClients: 5, Logger: slog.New(slog.NewTextHandler(&out, nil))}, ln)
	enter := func() *peer {
		raw, err := net.Dial("tcp", plain.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		raw.(*net.TCPConn).SetReadBuffer(4 << 10)
		return over(t, tls.Client(raw, &tls.Config{InsecureSkipVerify: true}), nil)
	}
	pub, sub, waits := enter(), enter(), enter()
	sub.do("SUBSCRIBE", "c")
	if n := pub.do("PUBLISH", "c", "hi").Int; n != 1 || sub.message() != "hi" {
		t.Errorf("reached %d", n)
	}
	waits.send("BLPOP", "l", "0")
	for blockedClients(pub) == 0 {
	}
	pub.do("RPUSH", "l", "x")
	if got := waits.read(); len(got.Elems) != 2 {
		t.Errorf("got %q", got.Bytes)
	}
	if got := string(waits.do("PING").Bytes); got != "PONG" {
		t.Errorf("got %q after it was woken", got)
	}
	addr := waits.conn.LocalAddr().String()
	if list := string(pub.do("CLIENT", "LIST").Bytes); !strings.Contains(list, " addr="+addr+" laddr="+plain.Addr().String()+" ") {
		t.Errorf("got %s", list)
	}
	if got := string(pub.do("CLIENT", "KILL", addr).Bytes); got != "OK" {
		t.Errorf("got %q", got)
	}
	slowest := time.Duration(0)
	for value := strings.Repeat("x", 100<<10); b.Stats().Cut == 0; {
		start := time.Now()
		pub.do("PUBLISH", "c", value)
		slowest = max(slowest, time.Since(start))
	}
	if slowest > 4*time.Second { // a goodbye takes five
		t.Errorf("a publisher waited %v for a subscriber that was cut", slowest)
	}
	for out.String() == "" {
		pub.do("PING")
	}
	if got := out.String(); !strings.Contains(got, " addr="+sub.conn.LocalAddr().String()+" ") {
		t.Errorf("got %s", got)
	}
}

// Who is one too many is refused without a handshake.
func TestTLSRefusal(t *testing.T) {
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln := tls.NewListener(plain, &tls.Config{Certificates: []tls.Certificate{certificate(t)}})
	b := serveOn(t, broker.Config{MaxClients: 1}, ln)
	conn, err := tls.Dial("tcp", plain.Addr().String(), &tls.Config{InsecureSkipVerify: true})
	p := over(t, conn, err)
	for range 50 {
		if raw, err := net.Dial("tcp", plain.Addr().String()); err == nil {
			defer raw.Close()
		}
	}
	for b.Stats().Rejected < 50 {
		p.do("PING")
	}
}

// A client of a Unix socket has the socket's path for its address, as in Redis.
func TestUnixAddresses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	ln, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	serveOn(t, broker.Config{}, ln)
	conn, err := net.Dial("unix", path)
	a := over(t, conn, err)
	conn, err = net.Dial("unix", path)
	v := over(t, conn, err)
	v.do("PING")
	if list := string(a.do("CLIENT", "LIST").Bytes); strings.Count(list, " addr="+path+":0 laddr="+path+":0 ") != 2 {
		t.Errorf("got %s", list)
	}
	if n := a.do("CLIENT", "KILL", "ADDR", path+":0").Int; n != 1 {
		t.Errorf("killed %d, want the other one", n)
	}
	if _, err := v.rd.ReadReply(); err == nil {
		t.Error("it is still connected")
	}
}
