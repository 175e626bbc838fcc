package edge_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge"
)

func TestCORS(t *testing.T) {
	t.Parallel()
	s := door(t, edge.Config{Origins: []string{"https://shop.example"}, CORSExpose: []string{"Etag"}, CORSCredentials: true})
	url := s.url(t)
	for _, c := range []struct{ path, method, want string }{
		{"/open", "POST", "204 https://shop.example POST 600 POST, OPTIONS"},
		{"/state", "GET", "204 https://shop.example GET, HEAD 600 GET, HEAD, OPTIONS"},
		{"/state", "POST", "204    GET, HEAD, OPTIONS"},
		{"/readyz", "GET", "204 https://shop.example GET, HEAD 600 GET, HEAD, OPTIONS"},
		{"/nope", "GET", "404    "},
	} {
		resp, _ := try(t, "OPTIONS", url+c.path, nil, "Origin: https://shop.example", "Access-Control-Request-Method: "+c.method,
			"Access-Control-Request-Headers: authorization,content-type")
		h := resp.Header
		got := fmt.Sprint(resp.StatusCode, " ", h.Get("Access-Control-Allow-Origin"), " ", h.Get("Access-Control-Allow-Methods"), " ", h.Get("Access-Control-Max-Age"), " ", h.Get("Allow"))
		if got != c.want || !strings.HasPrefix(h.Get("Vary"), "Origin") {
			t.Errorf("preflight of %s %s: got %s, %v, want %s", c.method, c.path, got, h["Vary"], c.want)
		}
	}
	resp, body := try(t, "GET", url+"/state", nil, "Origin: https://shop.example")
	if h := resp.Header; body != `"shut"` || h.Get("Access-Control-Expose-Headers") != "Etag" || h.Get("Access-Control-Allow-Credentials") != "true" || h.Get("Vary") != "Origin" {
		t.Errorf("got %s, %v", body, h)
	}
}

// Without origins there is no trace of CORS.
func TestNoCORS(t *testing.T) {
	t.Parallel()
	url := door(t, edge.Config{}).url(t)
	for _, method := range []string{"GET", "OPTIONS"} {
		resp, _ := try(t, method, url+"/state", nil, "Origin: https://shop.example", "Access-Control-Request-Method: GET")
		for name := range resp.Header {
			if name == "Vary" || strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s: got %v", method, resp.Header)
			}
		}
	}
	if resp, body := try(t, "POST", url+"/daebus/login", nil); resp.StatusCode != 404 {
		t.Errorf("a link where there is no token: got %d %s", resp.StatusCode, body)
	}
}
