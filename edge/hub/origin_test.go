package hub_test

import (
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/hub"
)

// allowed asks the hub by a connection that cannot be hijacked, so nothing
// comes of those that are.
func allowed(t testing.TB, h *hub.Hub, host string, origins ...string) bool {
	t.Helper()
	req := upgradeRequest(t, "http://localhost/ws", origins)
	req.Host = host
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	switch w.Code {
	case http.StatusSwitchingProtocols:
		return true
	case http.StatusForbidden:
		var body struct{ Status, Error, Code string }
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || body.Status != "error" || body.Code != "denied" || body.Error == "" {
			t.Errorf("got body %s, error %v", w.Body, err)
		}
		return false
	}
	t.Fatalf("got status %d: %s", w.Code, w.Body)
	return false
}

func TestOwnPageAtAnotherPort(t *testing.T) {
	h, _ := newHub(t, newApp(), hub.Config{PagePort: "8080"})
	for origin, want := range map[string]bool{
		"http://kiosk.local:8080":  true,
		"https://kiosk.local:8080": true,
		"http://kiosk.local:8081":  true,
		"http://kiosk.local:8082":  false,
		"http://kiosk.local":       false,
		"http://evil.example:8080": false,
		"http://kiosk:8080":        false,
		"file://kiosk.local:8080":  false,
	} {
		if got := allowed(t, h, "kiosk.local:8081", origin); got != want {
			t.Errorf("%s: allowed %v, want %v", origin, got, want)
		}
	}
}

func TestOwnPage(t *testing.T) {
	h, _ := newHub(t, newApp(), hub.Config{})
	for _, tt := range []struct {
		host, origin string
		want         bool
	}{
		{"127.0.0.1:8080", "http://127.0.0.1:8080", true},
		{"kiosk.local:8080", "http://kiosk.local:8080", true},
		{"Kiosk.Local:8080", "HTTP://KIOSK.local:8080", true},
		{"kiosk", "http://kiosk", true},
		{"kiosk", "https://kiosk", true}, // behind a proxy with TLS
		{"kiosk:80", "http://kiosk", true},
		{"kiosk:443", "https://kiosk", true},
		{"[::1]:8080", "http://[::1]:8080", true},
		{"[0:0:0:0:0:0:0:1]", "http://[::1]", true},

		{"127.0.0.1:8080", "http://127.0.0.1:8081", false},
		{"127.0.0.1:8080", "http://127.0.0.1", false},
		{"127.0.0.1:8080", "http://localhost:8080", false},
		{"127.0.0.1:8080", "http://127.0.0.1.evil.example", false},
		{"127.0.0.1:8080", "http://evil127.0.0.1:8080", false},
		{"127.0.0.1:8080", "http://evil.example:8080", false},
		{"127.0.0.1:8080", "https://127.0.0.1:8080@evil.example", false},
		{"127.0.0.1:8080", "http://127.0.0.1:8080\t.evil.example", false},
		{"127.0.0.1:8080", "http://127.0.0.1:8080\\.evil.example", false},
		{"127.0.0.1:8080", "http://127.0.0.1:8080/", false},
		{"127.0.0.1:8080", "http://127.0.0.1:8080?", false},
		{"127.0.0.1:8080", "http://127.0.0.1:8080#", false},
		{"127.0.0.1:8080", " http://127.0.0.1:8080", false},
		{"127.0.0.1:8080", "http://127.0.0.1:8080, http://evil.example", false},
		{"127.0.0.1:8080", "http://127.0.0.1:08080", false},
		{"127.0.0.1:8080", "http://127.0.0.1:+8080", false},
		{"127.0.0.1:8080", "//127.0.0.1:8080", false},
		{"127.0.0.1:8080", "127.0.0.1:8080", false},
		{"127.0.0.1:8080", "ftp://127.0.0.1:8080", false},
		{"127.0.0.1:8080", "null", false},
		{"127.0.0.1:8080", "file://", false},
		{"127.0.0.1:8080", "", false},
		{"kiosk:80", "https://kiosk", false},
		{"kiosk", "http://\u212Aiosk", false}, // the Kelvin sign folds to k
		{"[::1]:8080", "http://[::1%25lo]:8080", false},
		{"[fe80::1]", "http://[fe80::1", false},
		{"", "http://", false},
	} {
		if got := allowed(t, h, tt.host, tt.origin); got != tt.want {
			t.Errorf("host %q, origin %q: allowed %v", tt.host, tt.origin, got)
		}
	}
	if !allowed(t, h, "kiosk") {
		t.Error("a client that is no browser was refused")
	}
	if allowed(t, h, "kiosk", "http://kiosk", "http://kiosk") {
		t.Error("two origins at once were allowed")
	}
}

func TestListedOrigins(t *testing.T) {
	h, log := newHub(t, newApp(), hub.Config{Origins: []string{
		"https://Kiosk.example", "http://panel.example:8080", "capacitor://localhost",
		"*", "https://slash.example/", "kiosk", "null",
	}})
	if n := log.count("allows nothing"); n != 4 {
		t.Errorf("%d useless entries in the log, want 4", n)
	}
	for origin, want := range map[string]bool{
		"https://kiosk.example":          true,
		"https://kiosk.example:443":      true,
		"http://panel.example:8080":      true,
		"capacitor://localhost":          true,
		"http://kiosk.example":           false,
		"https://kiosk.example:8443":     false,
		"https://evil.kiosk.example":     false,
		"https://kiosk.example.evil":     false,
		"http://panel.example":           false,
		"capacitor://localhost:80":       false,
		"https://slash.example":          false,
		"https://slash.example/":         false,
		"null":                           false,
		"http://panel.example:8080@evil": false,
	} {
		if got := allowed(t, h, "127.0.0.1", origin); got != want {
			t.Errorf("%q: allowed %v", origin, got)
		}
	}
	if n := log.count("origin refused"); n != 1 {
		t.Errorf("said %d times that an origin was refused, want once", n)
	}
}

func TestAllOrigins(t *testing.T) {
	h, log := newHub(t, newApp(), hub.Config{Origins: []string{"*"}})
	for _, origin := range []string{"http://evil.example", "null", "file://"} {
		if !allowed(t, h, "kiosk", origin) {
			t.Errorf("%q was refused", origin)
		}
	}
	if n := log.count("every web page may connect"); n != 1 {
		t.Errorf("warned %d times, want once", n)
	}
}

// FuzzOrigin holds the origin check against net/url: whatever is allowed must
// be a bare origin whose host and port are those of the request.
func FuzzOrigin(f *testing.F) {
	for _, origin := range []string{
		"http://127.0.0.1:8080", "https://kiosk.local", "http://[::1]:80", "null", "file://", "http://a:1@b",
		"http://127.0.0.1:8080\t.evil.example", "http://kiosk:8080/", "HTTP://KIOSK", "http://kiosk:0", "x-y.z://a",
	} {
		for _, host := range []string{"127.0.0.1:8080", "kiosk.local", "[::1]", "kiosk:8080", "a:1@b", ""} {
			f.Add(origin, host)
		}
	}
	h, _ := newHub(f, newApp(), hub.Config{})
	f.Fuzz(func(t *testing.T, origin, host string) {
		got := allowed(t, h, host, origin)
		if want := sameSite(origin, host); got && !want {
			t.Errorf("origin %q was allowed at host %q", origin, host)
		} else if want && !got && isPlain(origin) && isPlain(host) {
			t.Errorf("origin %q was refused at host %q", origin, host)
		}
	})
}

// sameSite is the slow twin of the check.
func sameSite(origin, host string) bool {
	u, err := url.Parse(origin)
	if err != nil || !strings.EqualFold(u.Scheme+"://"+u.Host, origin) || u.Hostname() == "" {
		return false
	}
	standard := map[string]string{"http": "80", "https": "443"}[u.Scheme]
	if standard == "" {
		return false
	}
	here, err := url.Parse(u.Scheme + "://" + host)
	if err != nil || !strings.EqualFold(here.Scheme+"://"+here.Host, u.Scheme+"://"+host) {
		return false
	}
	port := func(u *url.URL) string {
		if p := u.Port(); p != "" {
			return p
		}
		return standard
	}
	return sameHost(u.Hostname(), here.Hostname()) && port(u) == port(here)
}

func sameHost(a, b string) bool {
	if strings.EqualFold(a, b) {
		return true
	}
	x, errX := netip.ParseAddr(a)
	y, errY := netip.ParseAddr(b)
	return errX == nil && errY == nil && x == y
}

// isPlain says that s has nothing in it which url.Parse takes and an origin
// has not.
func isPlain(s string) bool {
	for _, c := range s {
		if c > 'z' || !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789.:/-", c|0x20) {
			return false
		}
	}
	if _, port, err := net.SplitHostPort(s[strings.LastIndexByte(s, '/')+1:]); err == nil {
		return port != "" && port[0] != '0' && len(port) < 5
	}
	return !strings.HasSuffix(s, ":")
}
