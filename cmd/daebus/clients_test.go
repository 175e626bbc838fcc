package main_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Clients that know nothing of us are served over TCP, a Unix socket and TLS.
func TestForeignClients(t *testing.T) {
	dir := t.TempDir()
	cert, key := certificate(t, dir)
	password, socket, secure := filepath.Join(dir, "password"), filepath.Join(dir, "bus.sock"), freeAddress(t)
	if err := os.WriteFile(password, []byte("open sesame\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	b := start(t, nil, "--state-dir", dir, "--bus-password-file", password,
		"--broker-socket", socket, "--broker-socket-mode", "606",
		"--broker-tls", secure, "--broker-tls-cert", cert, "--broker-tls-key", key)
	if info, err := os.Stat(socket); err != nil || info.Mode().Perm() != 0o606 {
		t.Errorf("socket: got %v, %v, want 606", info.Mode(), err)
	}
	_, port, _ := net.SplitHostPort(b.addr)
	_, securePort, _ := net.SplitHostPort(secure)
	for _, c := range []struct{ name, cli, python string }{
		{"TCP", "-p " + port, fmt.Sprintf("dict(port=%s, password='open sesame')", port)},
		{"Unix socket", "-s " + socket, fmt.Sprintf("dict(unix_socket_path=%q, password='open sesame')", socket)},
		{"TLS", "--tls --cacert " + cert + " -p " + securePort,
			fmt.Sprintf("dict(port=%s, ssl=True, ssl_ca_certs=%q, ssl_check_hostname=True, password='open sesame')", securePort, cert)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Run("redis-cli", func(t *testing.T) {
				need(t, "redis-tools", "redis-cli", "--version")
				cmd := exec.Command("redis-cli", strings.Fields(c.cli)...)
				cmd.Env = append(os.Environ(), "REDISCLI_AUTH=open sesame")
				cmd.Stdin = strings.NewReader("PING\nSET cli 1\nINCR cli\nHELLO 3\nDEL cli\n")
				out, err := cmd.CombinedOutput()
				if err != nil || !strings.HasPrefix(string(out), "PONG\nOK\n2\n") || !strings.HasSuffix(strings.TrimSpace(string(out)), "\n1") {
					t.Errorf("got %v and\n%s", err, out)
				}
			})
			t.Run("python3-redis", func(t *testing.T) {
				need(t, "python3-redis", "/usr/bin/python3", "-c", "import redis")
				out, err := exec.Command("/usr/bin/python3", "testdata/client.py", c.python).CombinedOutput()
				if err != nil || string(out) != "fine\n" {
					t.Errorf("got %v and\n%s", err, out)
				}
			})
		})
	}
	if got := ask(t, b.addr, "PING"); !strings.HasPrefix(got, "-NOAUTH") {
		t.Errorf("without the password: got %s", got)
	}
	if err := os.Chmod(key, 0o644); err != nil {
		t.Fatal(err)
	}
	out, _ := daebus(t, "broker", "--broker-dir", "none", "--listen", "127.0.0.1:0",
		"--broker-tls", "127.0.0.1:0", "--broker-tls-cert", cert, "--broker-tls-key", key).CombinedOutput()
	if !strings.Contains(string(out), "everybody can read it; run: chmod o-r "+key) {
		t.Errorf("a key that is open to all: got %s", out)
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// certificate writes a certificate for localhost that vouches for itself, and
// its key.
func certificate(t *testing.T, dir string) (cert, key string) {
	t.Helper()
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		DNSNames:     []string{"localhost"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(time.Hour),
		IsCA:         true, BasicConstraintsValid: true,
	}
	public, err := x509.CreateCertificate(rand.Reader, about, about, &secret.PublicKey, secret)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, block := range map[string]*pem.Block{
		cert: {Type: "CERTIFICATE", Bytes: public},
		key:  {Type: "PRIVATE KEY", Bytes: private},
	} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}
