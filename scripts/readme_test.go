package scripts_test

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The service in README, as it stands there, answers what README asks it with curl.
func TestReadmeHello(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := bytes.Cut(readme, []byte("```go\npackage main\n"))
	code, _, found := bytes.Cut(rest, []byte("```"))
	if !found {
		t.Fatal("README shows no program")
	}
	dir := t.TempDir()
	source, hello := filepath.Join(dir, "main.go"), filepath.Join(dir, "hello")
	if err := os.WriteFile(source, append([]byte("package main\n"), code...), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-o", hello, source).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	web, bus := freeAddress(t), freeAddress(t)
	var said bytes.Buffer
	cmd := exec.Command(hello, "--http", web, "--bus", "embedded://"+bus, "--state-dir", dir)
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v\n%s", err, &said)
		}
	})
	const body, want = `{"Name":"Ann"}`, `{"Text":"hello Ann"}`
	if !strings.Contains(string(readme), "curl -d '"+body+"' http://") {
		t.Error("README no longer shows the command that is tested here")
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for range 400 {
		if got, err := post("http://"+web+"/api/greet", body); err == nil {
			if got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			return
		}
		<-tick.C
	}
	t.Errorf("no answer in 20 s\n%s", &said)
}

// post sends what curl -d sends.
func post(url, body string) (string, error) {
	r, err := http.Post(url, "application/x-www-form-urlencoded", strings.NewReader(body))
	if err != nil {
		return "", err
	}
	defer r.Body.Close()
	answer, err := io.ReadAll(r.Body)
	return string(answer), err
}

func freeAddress(t *testing.T) string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}
