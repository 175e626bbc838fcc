package gate_test

import (
	"crypto/tls"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/edge/internal/gate"
)

const secret = "correct horse battery staple"

func TestToken(t *testing.T) {
	h := gate.NewToken("kiosk", secret).Handler(ok)
	for _, c := range []struct {
		name, from string
		header     []string
		want       int
	}{
		{"this machine", "127.0.0.1:5000", nil, 200},
		{"this machine, IPv6", "[::1]:5000", nil, 200},
		{"this machine, IPv4 in IPv6", "[::ffff:127.0.0.1]:5000", nil, 200},
		{"this machine with a wrong token", "127.0.0.1:5000", []string{"Authorization: Bearer x"}, 200},
		{"a proxy on this machine", "127.0.0.1:5000", []string{"X-Forwarded-For: 10.0.0.1"}, 401},
		{"a proxy that hides whom for", "127.0.0.1:5000", []string{"Forwarded: for=unknown"}, 401},
		{"a proxy in front of a proxy", "127.0.0.1:5000", []string{"X-Real-IP: 127.0.0.1"}, 401},
		{"a proxy, and the token", "127.0.0.1:5000", []string{"X-Forwarded-For: 10.0.0.1", "Authorization: Bearer " + secret}, 200},
		{"nobody knows where from", "@", nil, 401},
		{"another machine", "192.168.1.9:5000", nil, 401},
		{"another machine, IPv6", "[fe80::1%eth0]:5000", nil, 401},
		{"the token", "192.168.1.9:5000", []string{"Authorization: Bearer " + secret}, 200},
		{"the token, another spelling", "192.168.1.9:5000", []string{"Authorization: bearer " + secret}, 200},
		{"a part of it", "192.168.1.9:5000", []string{"Authorization: Bearer " + secret[:8]}, 401},
		{"more than it", "192.168.1.9:5000", []string{"Authorization: Bearer " + secret + "x"}, 401},
		{"nothing", "192.168.1.9:5000", []string{"Authorization: Bearer "}, 401},
		{"another scheme", "192.168.1.9:5000", []string{"Authorization: Basic " + secret}, 401},
		{"no scheme", "192.168.1.9:5000", []string{"Authorization: " + secret}, 401},
		{"the token as a cookie", "192.168.1.9:5000", []string{"Cookie: daebus_a2lvc2s=correct"}, 401},
		{"an empty cookie", "192.168.1.9:5000", []string{"Cookie: daebus_a2lvc2s="}, 401},
	} {
		r := request("GET", "/", c.header...)
		r.RemoteAddr = c.from
		w := serve(h, r)
		if w.Code != c.want {
			t.Errorf("%s: got %d, want %d", c.name, w.Code, c.want)
		}
		if w.Code == 401 {
			wantRefusal(t, c.name, w, 401)
			if w.Header().Get("WWW-Authenticate") != "Bearer" || strings.Contains(w.Body.String(), secret) {
				t.Errorf("%s: got %v %s", c.name, w.Header(), w.Body)
			}
		}
	}
	for _, query := range []string{"token", "access_token", "key", "Authorization"} {
		if w := serve(h, request("GET", "/?"+query+"="+url.QueryEscape(secret))); w.Code != 401 {
			t.Errorf("in the query as %s: got %d, want 401", query, w.Code)
		}
	}
}

// Nothing but the token gets in, and nothing else that is like it.
func FuzzToken(f *testing.F) {
	h := gate.NewToken("kiosk", secret).Handler(ok)
	f.Add("Bearer "+secret, "")
	f.Add("bearer  "+secret, "daebus_a2lvc2s=; daebus_a2lvc2s=x")
	f.Add("", "daebus_a2lvc2s=\"\"")
	f.Add("Bearer\t"+secret+"\x00", ";;=")
	f.Fuzz(func(t *testing.T, authorization, cookie string) {
		r := request("GET", "/?key="+url.QueryEscape(secret))
		r.Header.Set("Authorization", authorization)
		r.Header.Set("Cookie", cookie)
		scheme, rest, _ := strings.Cut(authorization, " ")
		want := 401
		if strings.EqualFold(scheme, "bearer") && rest == secret {
			want = 200
		}
		if w := serve(h, r); w.Code != want {
			t.Errorf("%q, %q: got %d, want %d", authorization, cookie, w.Code, want)
		}
	})
}

func TestNoToken(t *testing.T) {
	if w := serve(gate.NewToken("kiosk", "").Handler(ok), request("GET", "/")); w.Code != 200 {
		t.Errorf("got %d, want 200", w.Code)
	}
}

// link asks for one on the machine itself.
func link(t *testing.T, token *gate.Token) (path string) {
	t.Helper()
	r := request("POST", gate.LinkPath)
	r.Host, r.RemoteAddr = "127.0.0.1:8080", "127.0.0.1:5000"
	w := serve(token, r)
	var body struct{ Link string }
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || w.Code != 200 || w.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("got %d %s, %v", w.Code, w.Body, err)
	}
	u, err := url.Parse(body.Link)
	if err != nil {
		t.Fatal(err)
	}
	return u.RequestURI()
}

// follow opens a link on another machine, and returns the cookie it sets.
func follow(t *testing.T, token *gate.Token, path string) *http.Cookie {
	t.Helper()
	w := serve(token, request("GET", path))
	if w.Code != 200 {
		wantRefusal(t, path, w, 403)
		return nil
	}
	cookies := w.Result().Cookies()
	h := w.Header()
	if len(cookies) != 1 || h.Get("Referrer-Policy") != "no-referrer" || h.Get("Cache-Control") != "no-store" ||
		h.Get("Content-Type") != "text/html; charset=utf-8" || h.Get("Content-Security-Policy") != "default-src 'none'" {
		t.Fatalf("got %v", w.Header())
	}
	return cookies[0]
}

// enter asks with a cookie.
func enter(token *gate.Token, cookie *http.Cookie) int {
	return serve(token.Handler(ok), request("GET", "/", "Cookie: "+cookie.Name+"="+cookie.Value)).Code
}

func TestLink(t *testing.T) {
	token := gate.NewToken("kiosk", secret)
	path := link(t, token)
	if w := serve(token, request("HEAD", path)); w.Code != 405 {
		t.Errorf("HEAD: got %d", w.Code)
	}
	for _, bad := range []string{gate.LinkPath, gate.LinkPath + "?key=", path + "x", path[:len(path)-1], strings.ToLower(path)} {
		if follow(t, token, bad) != nil {
			t.Errorf("%s: got a cookie", bad)
		}
	}
	cookie := follow(t, token, path)
	if cookie == nil {
		t.Fatal("the link does not hold")
	}
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Secure || cookie.Path != "/" || cookie.MaxAge < 1<<20 {
		t.Errorf("got %v", cookie)
	}
	if strings.Contains(cookie.Value, secret) || follow(t, token, path) != nil {
		t.Error("the link held twice, or the token is in the cookie")
	}
	for name, c := range map[string]struct {
		token *gate.Token
		want  int
	}{
		"the same":        {token, 200},
		"after a restart": {gate.NewToken("kiosk", secret), 200},
		"a changed token": {gate.NewToken("kiosk", secret+"!"), 401},
		"another service": {gate.NewToken("sensor", secret), 401},
	} {
		if got := enter(c.token, cookie); got != c.want {
			t.Errorf("%s: got %d, want %d", name, got, c.want)
		}
	}
}

// Only who is in already lets others in.
func TestLinkIsNotForStrangers(t *testing.T) {
	token := gate.NewToken("kiosk", secret)
	wantRefusal(t, "a stranger", serve(token, request("POST", gate.LinkPath)), 401)
	w := serve(token, request("POST", gate.LinkPath, "Authorization: Bearer "+secret))
	if w.Code != 200 || !strings.Contains(w.Body.String(), `"http://example.com/daebus/login?key=`) {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestLinkNamesTheMachine(t *testing.T) {
	machine, err := os.Hostname()
	if err != nil {
		t.Skip(err)
	}
	first, _, _ := strings.Cut(machine, ".")
	token := gate.NewToken("kiosk", secret)
	for host, want := range map[string]string{
		"127.0.0.1:8080":    "https://" + first + ".local:8080/",
		"localhost":         "https://" + first + ".local/",
		"[::1]":             "https://" + first + ".local/",
		"192.168.1.5:8080":  "https://192.168.1.5:8080/",
		"[fe80::1]:80":      "https://[fe80::1]:80/",
		"kiosk.example.org": "https://kiosk.example.org/",
	} {
		r := request("POST", gate.LinkPath)
		r.Host, r.RemoteAddr, r.TLS = host, "127.0.0.1:5000", new(tls.ConnectionState)
		if w := serve(token, r); !strings.Contains(w.Body.String(), `"link":"`+want) {
			t.Errorf("%s: got %s, want %s", host, w.Body, want)
		}
	}
}

func TestCookieIsSecureOverTLS(t *testing.T) {
	token := gate.NewToken("kiosk", secret)
	direct := request("GET", link(t, token))
	direct.TLS = new(tls.ConnectionState)
	for _, r := range []*http.Request{direct, request("GET", link(t, token), "X-Forwarded-Proto: https")} {
		if cookies := serve(token, r).Result().Cookies(); len(cookies) != 1 || !cookies[0].Secure {
			t.Errorf("got %v", cookies)
		}
	}
}

func TestLinkEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		token := gate.NewToken("kiosk", secret)
		early, late := link(t, token), link(t, token)
		time.Sleep(10*time.Minute - 1)
		if follow(t, token, early) == nil {
			t.Error("too early")
		}
		time.Sleep(time.Nanosecond)
		if follow(t, token, late) != nil {
			t.Error("held longer than ten minutes")
		}
	})
}

func TestManyLinks(t *testing.T) {
	token := gate.NewToken("kiosk", secret)
	paths := make([]string, 17)
	for i := range paths {
		paths[i] = link(t, token)
	}
	for i, path := range paths {
		if got, want := follow(t, token, path) != nil, i > 0; got != want {
			t.Errorf("link %d holds: %v, want %v", i, got, want)
		}
	}
}
