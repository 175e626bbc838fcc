package gate_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/internal/gate"
)

// ok answers what was let through.
var ok = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })

// request is one from another machine, with headers as they are written.
func request(method, target string, header ...string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	r.RemoteAddr = "192.168.1.9:5000"
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	return r
}

func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// wantRefusal checks that an answer is one, in JSON.
func wantRefusal(t *testing.T, what string, w *httptest.ResponseRecorder, status int) {
	t.Helper()
	var body struct{ Status, Error, Code string }
	err := json.Unmarshal(w.Body.Bytes(), &body)
	if err != nil || w.Code != status || body.Status != "error" || body.Error == "" || body.Code == "" {
		t.Errorf("%s: got %d %s, want %d", what, w.Code, w.Body, status)
	}
}

func TestHosts(t *testing.T) {
	machine, err := os.Hostname()
	if err != nil {
		t.Skip(err)
	}
	first, _, _ := strings.Cut(machine, ".")
	h := gate.Hosts([]string{"shop.example.org", "*.kiosks.example.org"}, ok)
	for host, want := range map[string]int{
		"127.0.0.1": 200, "127.0.0.1:8080": 200, "192.168.1.5:80": 200, "[::1]:8080": 200, "[::1]": 200, "[fe80::1]": 200,
		"localhost": 200, "LOCALHOST:8080": 200, "localhost.": 200, "": 200,
		machine: 200, strings.ToUpper(machine): 200, first + ":1": 200, first + ".local": 200, first + ".local.:80": 200, first + "-12.local": 200,
		"shop.example.org": 200, "Shop.Example.Org:443": 200, "a.kiosks.example.org": 200, "b.a.kiosks.example.org": 200,

		"evil.example": 421, "evil.example:8080": 421, "127.0.0.1.evil.example": 421, "localhost.evil.example": 421,
		"x.shop.example.org": 421, "kiosks.example.org": 421, ".kiosks.example.org": 421, "evilkiosks.example.org": 421,
		first + ".local.evil.example": 421, "x" + first: 421, first + "x.local": 421, "x." + first + ".local": 421, first + "-2": 421, first + "-.local": 421, first + "-x2.local": 421,
		"127.1": 421, "2130706433": 421, "0x7f.0.0.1": 421, "[": 421, "::1:": 421,
	} {
		r := request("GET", "/")
		r.Host = host
		w := serve(h, r)
		if w.Code != want {
			t.Errorf("%q: got %d, want %d", host, w.Code, want)
		}
		if w.Code != 200 {
			wantRefusal(t, host, w, 421)
		}
	}
}

// No name of somebody else's is ours, whatever stands before it.
func FuzzHosts(f *testing.F) {
	h := gate.Hosts([]string{"shop.example.org", "*.kiosks.example.org"}, ok)
	for _, host := range []string{"", "127.0.0.1", "localhost", "[::1]", "[", "a@", "shop.example.org:80/", "\x00", "%"} {
		f.Add(host)
	}
	f.Fuzz(func(t *testing.T, host string) {
		for _, end := range []string{".evil.example", ".evil.example:80", ".evil.example."} {
			r := request("GET", "/")
			r.Host = host + end
			if w := serve(h, r); w.Code != 421 {
				t.Errorf("%q: got %d", r.Host, w.Code)
			}
		}
	})
}

func TestHeaders(t *testing.T) {
	h := gate.Headers(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Del("X-Frame-Options")
		w.Header().Set("Referrer-Policy", "origin")
	}))
	got := serve(h, request("GET", "/")).Header()
	if want := "map[Referrer-Policy:[origin] X-Content-Type-Options:[nosniff]]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestOrigins(t *testing.T) {
	listed := gate.Origins([]string{"https://shop.example", "nonsense"}, ok)
	all := gate.Origins([]string{"*"}, ok)
	for _, c := range []struct {
		method       string
		header       []string
		listed, open int
	}{
		{"POST", nil, 200, 200}, // no browser
		{"GET", []string{"Origin: https://evil.example"}, 200, 200},
		{"POST", []string{"Origin: http://example.com"}, 200, 200}, // our own page
		{"POST", []string{"Origin: https://shop.example", "Sec-Fetch-Site: cross-site"}, 200, 200},
		{"POST", []string{"Origin: https://evil.example"}, 403, 200},
		{"DELETE", []string{"Origin: https://evil.example", "Sec-Fetch-Site: cross-site"}, 403, 200},
		{"POST", []string{"Origin: null", "Sec-Fetch-Site: cross-site"}, 403, 200},
		{"POST", []string{"Sec-Fetch-Site: same-site"}, 403, 200},
		{"POST", []string{"Origin: https://shop.example.evil.example"}, 403, 200},
	} {
		w := serve(listed, request(c.method, "/", c.header...))
		if w.Code != c.listed {
			t.Errorf("%s %v: got %d, want %d", c.method, c.header, w.Code, c.listed)
		}
		if w.Code == 403 {
			wantRefusal(t, c.method, w, 403)
		}
		if w := serve(all, request(c.method, "/", c.header...)); w.Code != c.open {
			t.Errorf("%s %v where all may: got %d, want %d", c.method, c.header, w.Code, c.open)
		}
	}
}
