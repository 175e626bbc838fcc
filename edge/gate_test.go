package edge_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge"
)

const token = "correct horse battery staple"

// door is a service with something to read, to write and to join.
func door(t *testing.T, cfg edge.Config) *service {
	t.Helper()
	cfg.Bus = "redis://127.0.0.1:1"
	return start(t, echoing(), cfg)
}

func echoing() *daebus.App {
	app := daebus.New("door")
	state := daebus.HTTP(daebus.Func(func(context.Context, any) (string, error) { return "shut", nil }))
	app.Route("GET /state", state)
	app.Route("POST /open", daebus.HTTP(daebus.Func(func(_ context.Context, in struct{ Image daebus.File }) (int, error) {
		return len(in.Image.Data), nil
	})))
	app.Socket("echo", daebus.HandlerFunc(func(_ context.Context, req *daebus.Request) (any, error) {
		return json.RawMessage(req.Payload), nil
	}))
	return app
}

// try does a request with headers as they are written, and returns the answer
// and its body.
func try(t *testing.T, method, url string, body io.Reader, header ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Close = true
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		if name == "Host" {
			req.Host = value
		}
		req.Header.Add(name, value)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusSwitchingProtocols {
		return resp, ""
	}
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(text)
}

var handshake = []string{"Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="}

func TestWhoMayComeIn(t *testing.T) {
	t.Parallel()
	const shop, evil = "Origin: https://shop.example", "Origin: https://evil.example"
	s := door(t, edge.Config{Token: token, Hosts: []string{"door.example.org"}, Origins: []string{"https://shop.example"}, CORSExpose: []string{"Allow"}})
	url := s.url(t)
	port := url[strings.LastIndexByte(url, ':'):]
	for _, c := range []struct {
		name, method, path string
		header             []string
		want               int
	}{
		{"this machine", "GET", "/state", nil, 200},
		{"by name", "GET", "/state", []string{"Host: localhost" + port}, 200},
		{"by a listed name", "GET", "/state", []string{"Host: door.example.org"}, 200},
		{"rebinding", "GET", "/state", []string{"Host: evil.example" + port}, 421},
		{"rebinding, write", "POST", "/open", []string{"Host: evil.example" + port, "Origin: http://evil.example" + port}, 421},
		{"rebinding, health", "GET", "/healthz", []string{"Host: evil.example"}, 421},
		{"rebinding, link", "POST", "/daebus/login", []string{"Host: evil.example"}, 421},
		{"rebinding, WebSocket", "GET", "/ws", append([]string{"Host: evil.example" + port, "Origin: http://evil.example" + port}, handshake...), 421},

		{"our page", "POST", "/open", []string{"Origin: " + url}, 200},
		{"a listed page", "POST", "/open", []string{shop}, 200},
		{"a hostile page", "POST", "/open", []string{evil}, 403},
		{"a hostile page that reads", "GET", "/state", []string{evil}, 200}, // and is not shown it
		{"a hostile page, link", "POST", "/daebus/login", []string{evil}, 403},
		{"a listed page, link", "POST", "/daebus/login", []string{shop}, 403},
		{"our page, link", "POST", "/daebus/login", []string{"Origin: " + url}, 200},
		{"a hostile page, WebSocket", "GET", "/ws", append([]string{evil}, handshake...), 403},
		{"a listed page, WebSocket", "GET", "/ws", append([]string{shop}, handshake...), 101},

		{"another machine", "GET", "/state", []string{"X-Forwarded-For: 10.0.0.1"}, 401},
		{"another machine, unknown path", "GET", "/nope", []string{"X-Forwarded-For: 10.0.0.1"}, 401},
		{"another machine, script", "GET", "/daebus.js", []string{"X-Forwarded-For: 10.0.0.1"}, 401},
		{"another machine, WebSocket", "GET", "/ws", append([]string{"X-Forwarded-For: 10.0.0.1"}, handshake...), 401},
		{"another machine, link", "POST", "/daebus/login", []string{"X-Forwarded-For: 10.0.0.1"}, 401},
		{"a wrong token", "GET", "/state", []string{"X-Forwarded-For: 10.0.0.1", "Authorization: Bearer " + token + "x"}, 401},
		{"the token in the query", "GET", "/state?token=correct+horse+battery+staple", []string{"X-Forwarded-For: 10.0.0.1"}, 401},
		{"the token", "GET", "/state", []string{"X-Forwarded-For: 10.0.0.1", "Authorization: Bearer " + token}, 200},
		{"the token, WebSocket", "GET", "/ws", append([]string{"X-Forwarded-For: 10.0.0.1", "Authorization: Bearer " + token}, handshake...), 101},
		{"the token and a hostile page", "POST", "/open", []string{"X-Forwarded-For: 10.0.0.1", "Authorization: Bearer " + token, evil}, 403},
		{"a preflight brings no token", "OPTIONS", "/open", []string{"X-Forwarded-For: 10.0.0.1", shop, "Access-Control-Request-Method: POST"}, 204},
		{"health is for all", "GET", "/healthz", []string{"X-Forwarded-For: 10.0.0.1"}, 200},

		{"another method", "DELETE", "/state", nil, 405},
		{"another method of ours", "POST", "/healthz", nil, 405},
		{"no WebSocket", "GET", "/ws", nil, 426},
		{"no WebSocket at all", "POST", "/ws", nil, 405},
		{"OPTIONS", "OPTIONS", "/state", nil, 204},
		{"OPTIONS of ours", "OPTIONS", "/readyz", nil, 204},
		{"OPTIONS of a WebSocket", "OPTIONS", "/ws", nil, 204},
		{"OPTIONS of links", "OPTIONS", "/daebus/login", nil, 204},
		{"HEAD", "HEAD", "/state", nil, 200},
	} {
		resp, body := try(t, c.method, url+c.path, nil, c.header...)
		if resp.StatusCode != c.want {
			t.Errorf("%s: got %d %s, want %d", c.name, resp.StatusCode, body, c.want)
		}
		if allow := resp.Header.Get("Allow"); (c.want == 405 || c.want == 204) != (allow != "") {
			t.Errorf("%s: got Allow %q", c.name, allow)
		}
		if c.want >= 400 && (!json.Valid([]byte(body)) || strings.Contains(body, token)) {
			t.Errorf("%s: got %s", c.name, body)
		}
		if resp.Header.Get("X-Content-Type-Options") != "nosniff" || resp.Header.Get("X-Frame-Options") == "" || resp.Header.Get("Referrer-Policy") == "" {
			t.Errorf("%s: got %v", c.name, resp.Header)
		}
		if hostile := strings.HasPrefix(c.name, "a hostile page"); hostile && resp.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: got %v", c.name, resp.Header)
		}
	}
}

// At its second address the WebSocket is as guarded, and open to the pages at the
// first.
func TestWhoMayJoinAtTheSecondAddress(t *testing.T) {
	t.Parallel()
	s := door(t, edge.Config{Token: token, WebSocket: "127.0.0.1:0"})
	url := s.said(t, `msg="serving WebSocket" addr=(\S+)`)
	for _, c := range []struct {
		name   string
		header []string
		want   int
	}{
		{"this machine", nil, 101},
		{"our page", []string{"Origin: " + s.url(t)}, 101},
		{"a page of the address itself", []string{"Origin: " + url}, 101},
		{"a hostile page", []string{"Origin: https://evil.example"}, 403},
		{"another page of this machine", []string{"Origin: http://127.0.0.1:1"}, 403},
		{"rebinding", []string{"Host: evil.example", "Origin: http://evil.example"}, 421},
		{"another machine", []string{"X-Forwarded-For: 10.0.0.1"}, 401},
		{"the token", []string{"X-Forwarded-For: 10.0.0.1", "Authorization: Bearer " + token}, 101},
	} {
		if resp, body := try(t, "GET", url+"/any", nil, append(c.header, handshake...)...); resp.StatusCode != c.want {
			t.Errorf("%s: got %d %s, want %d", c.name, resp.StatusCode, body, c.want)
		}
	}
}

// A stranger is told whether the service is well, and nothing else.
func TestHealthForStrangers(t *testing.T) {
	t.Parallel()
	url := door(t, edge.Config{Token: token}).url(t)
	for path, want := range map[string]string{"/healthz": `{"status":"ok"}`, "/readyz": `{"status":"degraded"}`} {
		if _, body := try(t, "GET", url+path, nil, "X-Forwarded-For: 10.0.0.1"); strings.TrimSpace(body) != want {
			t.Errorf("%s: got %s, want %s", path, body, want)
		}
		if _, body := try(t, "GET", url+path, nil); strings.TrimSpace(body) == want {
			t.Errorf("%s on the machine: got %s", path, body)
		}
	}
}

// A browser elsewhere gets in by a link that is made on the device.
func TestLogin(t *testing.T) {
	t.Parallel()
	s := door(t, edge.Config{Token: token})
	at := s.url(t)
	_, body := try(t, "POST", at+"/daebus/login", nil)
	var made struct{ Link string }
	if err := json.Unmarshal([]byte(body), &made); err != nil {
		t.Fatalf("got %s, %v", body, err)
	}
	link, err := url.Parse(made.Link)
	if err != nil {
		t.Fatal(err)
	}
	resp, page := try(t, "GET", at+link.RequestURI(), nil, "X-Forwarded-For: 10.0.0.1")
	cookies := resp.Cookies()
	if len(cookies) != 1 || !strings.Contains(page, `url=/"`) {
		t.Fatalf("got %v, %s", resp.Header, page)
	}
	cookie := "Cookie: " + cookies[0].Name + "=" + cookies[0].Value
	if resp, body := try(t, "GET", at+"/state", nil, "X-Forwarded-For: 10.0.0.1", cookie); resp.StatusCode != 200 {
		t.Errorf("with the cookie: got %d %s", resp.StatusCode, body)
	}
	if resp, body := try(t, "GET", at+"/ws", nil, append([]string{"X-Forwarded-For: 10.0.0.1", cookie}, handshake...)...); resp.StatusCode != 101 {
		t.Errorf("with the cookie, WebSocket: got %d %s", resp.StatusCode, body)
	}
	if resp, _ := try(t, "GET", at+link.RequestURI(), nil, "X-Forwarded-For: 10.0.0.1"); resp.StatusCode != 403 {
		t.Errorf("the link again: got %d", resp.StatusCode)
	}
}

// What really comes over a network needs the token.
func TestOtherMachine(t *testing.T) {
	t.Parallel()
	address := outward(t)
	s := door(t, edge.Config{HTTP: net.JoinHostPort(address, "0"), Token: token})
	if resp, body := try(t, "GET", s.url(t)+"/state", nil); resp.StatusCode != 401 {
		t.Errorf("got %d %s, want 401", resp.StatusCode, body)
	}
	if resp, body := try(t, "GET", s.url(t)+"/state", nil, "Authorization: Bearer "+token); resp.StatusCode != 200 {
		t.Errorf("with the token: got %d %s", resp.StatusCode, body)
	}
	open := door(t, edge.Config{HTTP: net.JoinHostPort(address, "0"), Token: "none"})
	if resp, body := try(t, "GET", open.url(t)+"/state", nil); resp.StatusCode != 200 {
		t.Errorf("where all may: got %d %s", resp.StatusCode, body)
	}
}

// outward is an address of this machine that is not a loopback one.
func outward(t *testing.T) string {
	t.Helper()
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		t.Skip(err)
	}
	for _, addr := range addrs {
		if ip, ok := addr.(*net.IPNet); ok && ip.IP.To4() != nil && !ip.IP.IsLoopback() {
			return ip.IP.String()
		}
	}
	t.Skip("this machine has no network; with one (ip link) the test runs")
	return ""
}

func TestFilesAreBounded(t *testing.T) {
	t.Parallel()
	url := door(t, edge.Config{BodyLimit: 10_000}).url(t)
	for size, want := range map[int]string{9_000: "200 9000", 10_001: "413 invalid", 1 << 20: "413 invalid"} {
		r, w := io.Pipe()
		form := multipart.NewWriter(w)
		go func() {
			part, _ := form.CreateFormFile("Image", "image.jpg")
			part.Write(make([]byte, size)) // fails when it is refused
			w.CloseWithError(form.Close())
		}()
		resp, body := try(t, "POST", url+"/open", r, "Content-Type: "+form.FormDataContentType())
		var refused struct{ Code string }
		if json.Unmarshal([]byte(body), &refused) == nil {
			body = refused.Code
		}
		if got := fmt.Sprint(resp.StatusCode, " ", body); got != want {
			t.Errorf("%d bytes: got %s, want %s", size, got, want)
		}
		r.Close()
	}
}

// Who sends a header by the byte is cut off.
func TestSlowHeader(t *testing.T) {
	t.Parallel()
	s := door(t, edge.Config{})
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url(t), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(conn, "GET /state HTTP/1.1\r\nHost: localhost\r\nX-Slow: "); err != nil {
		t.Fatal(err)
	}
	if answer, err := io.ReadAll(conn); err != nil || strings.Contains(string(answer), "200 OK") {
		t.Errorf("got %s, %v, want to be cut off", answer, err)
	}
}
