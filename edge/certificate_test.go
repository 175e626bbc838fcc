package edge_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/edge"
)

// writePair writes a certificate of that number, and its key, to dir.
func writePair(t *testing.T, dir string, number int64) (cert, key string) {
	t.Helper()
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(number), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
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
		// Two files within one tick of a coarse clock would look the same.
		stamp := time.Unix(1_000_000+number, 0)
		if err := os.Chtimes(name, stamp, stamp); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

func TestHTTPS(t *testing.T) {
	t.Parallel()
	cert, key := writePair(t, t.TempDir(), 7)
	s := door(t, edge.Config{TLSCert: cert, TLSKey: key})
	url := s.url(t)
	if !strings.HasPrefix(url, "https://") {
		t.Fatalf("got %s", url)
	}
	trusted := x509.NewCertPool()
	text, err := os.ReadFile(cert)
	if err != nil || !trusted.AppendCertsFromPEM(text) {
		t.Fatal(err)
	}
	client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted}, DisableKeepAlives: true}}
	resp, err := client.Get(url + "/state")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 200 || resp.ProtoMajor != 1 || resp.TLS.PeerCertificates[0].SerialNumber.Int64() != 7 {
		t.Errorf("got %v", resp)
	}

	conn, err := tls.Dial("tcp", strings.TrimPrefix(url, "https://"), &tls.Config{RootCAs: trusted})
	if err != nil {
		t.Fatal(err)
	}
	peer := shakeHands(t, conn, "localhost", "/ws")
	peer.send(`{"type":"echo","data":1}`)
	peer.want(`{"type":"response","data":1}`)
	if s.Push("tick", 7) != 1 {
		t.Error("the push reached nobody")
	}
	peer.want(`{"type":"tick","data":7}`)

	if resp, body := try(t, "GET", "http"+strings.TrimPrefix(url, "https")+"/state", nil); resp.StatusCode != 400 {
		t.Errorf("without TLS: got %d %s", resp.StatusCode, body)
	}
}

func TestCertificateIsReadAgain(t *testing.T) {
	dir := t.TempDir()
	cert, key := writePair(t, dir, 1)
	synctest.Test(t, func(t *testing.T) {
		log := new(logBuffer)
		get, err := edge.OpenCertificate(cert, key, slog.New(slog.NewTextHandler(log, nil)))
		if err != nil {
			t.Fatal(err)
		}
		serves := func(number int64) {
			t.Helper()
			pair, err := get(nil)
			if err != nil || pair.Leaf.SerialNumber.Int64() != number {
				t.Errorf("got %v, %v, want number %d", pair.Leaf.SerialNumber, err, number)
			}
		}
		said := func(renewed, refused int) {
			t.Helper()
			text := log.String()
			if strings.Count(text, "certificate renewed") != renewed || strings.Count(text, "certificate not renewed") != refused {
				t.Errorf("want %d renewed and %d refused:\n%s", renewed, refused, text)
			}
		}
		serves(1)
		writePair(t, dir, 2)
		time.Sleep(time.Second - 1)
		serves(1) // the files were looked at less than a second ago
		time.Sleep(time.Nanosecond)
		serves(2)
		said(1, 0)

		if err := os.WriteFile(cert, []byte("nonsense"), 0o600); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			time.Sleep(time.Second)
			serves(2)
		}
		said(1, 1)
		if err := os.Remove(cert); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			time.Sleep(time.Second)
			serves(2)
		}
		said(1, 2)
		writePair(t, dir, 3)
		if err := os.Chmod(key, 0o604); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		serves(2)
		said(1, 3)
		if err := os.Chmod(key, 0o600); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		serves(3)
		said(2, 3)
	})
}

func TestCertificateMustBeThere(t *testing.T) {
	t.Parallel()
	cert, key := writePair(t, t.TempDir(), 1)
	open := filepath.Join(t.TempDir(), "open.pem")
	text, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(open, text, 0o644); err != nil {
		t.Fatal(err)
	}
	_, other := writePair(t, t.TempDir(), 2)
	for want, cfg := range map[string]edge.Config{
		"no such file":   {TLSCert: cert + "x", TLSKey: key},
		"run: chmod o-r": {TLSCert: cert, TLSKey: open},
		"does not match": {TLSCert: cert, TLSKey: other},
	} {
		cfg.Bus = "redis://127.0.0.1:1"
		err := launch(t, echoing(), cfg).wait(t)
		if err == nil || !strings.Contains(err.Error(), "config: tls_cert and tls_key: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
