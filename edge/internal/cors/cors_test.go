package cors_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/edge/internal/cors"
)

// known is a device with two paths.
func known(r *http.Request) []string {
	switch r.URL.Path {
	case "/read":
		return []string{"GET", "HEAD", "OPTIONS"}
	case "/write":
		return []string{"POST", "DELETE", "OPTIONS"}
	}
	return nil
}

var next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	if known(r) == nil {
		w.WriteHeader(http.StatusNotFound)
	}
})

// ask returns the status and the headers of the protocol.
func ask(cfg cors.Config, method, path, origin string, more ...string) string {
	r := httptest.NewRequest(method, path, nil)
	if origin != "" {
		r.Header.Set("Origin", origin)
	}
	for i := 0; i < len(more); i += 2 {
		r.Header.Set("Access-Control-Request-"+more[i], more[i+1])
	}
	w := httptest.NewRecorder()
	cors.New(cfg, known, next).ServeHTTP(w, r)
	out := fmt.Sprint(w.Code)
	for _, name := range []string{"Allow-Origin", "Allow-Methods", "Allow-Headers", "Expose-Headers", "Allow-Credentials", "Max-Age"} {
		if value := w.Header().Get("Access-Control-" + name); value != "" {
			out += " " + name + "=" + value
		}
	}
	if !strings.Contains(strings.Join(w.Header()["Vary"], ","), "Origin") {
		out += " without Vary"
	}
	return out
}

func TestCORS(t *testing.T) {
	some := cors.Config{Origins: []string{"https://shop.example", "http://a.local:81"}, Headers: []string{"Content-Type"}, MaxAge: 10 * time.Minute}
	rich := some
	rich.Methods, rich.Expose, rich.Credentials, rich.Headers = []string{"GET", "POST"}, []string{"x-total", "ETag"}, true, []string{"*"}
	all := cors.Config{Origins: []string{"*"}}
	const shop = "https://shop.example"
	for _, c := range []struct {
		name                 string
		cfg                  cors.Config
		method, path, origin string
		more                 []string
		want                 string
	}{
		{"a listed page reads", some, "GET", "/read", shop, nil, "200 Allow-Origin=" + shop},
		{"another listed page", some, "GET", "/read", "http://a.local:81", nil, "200 Allow-Origin=http://a.local:81"},
		{"no page", some, "GET", "/read", "", nil, "200"},
		{"a hostile page", some, "GET", "/read", "https://evil.example", nil, "200"},
		{"a page that hides", some, "GET", "/read", "null", nil, "200"},
		{"another scheme", some, "GET", "/read", "http://shop.example", nil, "200"},
		{"a longer name", some, "GET", "/read", shop + ".evil.example", nil, "200"},
		{"an unknown path", some, "GET", "/nope", shop, nil, "404 Allow-Origin=" + shop},

		{"a preflight", some, "OPTIONS", "/write", shop, []string{"Method", "POST", "Headers", "content-type"},
			"204 Allow-Origin=" + shop + " Allow-Methods=POST, DELETE Allow-Headers=content-type Max-Age=600"},
		{"of a path without that method", some, "OPTIONS", "/read", shop, []string{"Method", "POST"}, "204"},
		{"of an unknown path", some, "OPTIONS", "/nope", shop, []string{"Method", "POST"}, "404"},
		{"of an unlisted header", some, "OPTIONS", "/write", shop, []string{"Method", "POST", "Headers", "x-other"}, "204"},
		{"of a hostile page", some, "OPTIONS", "/write", "https://evil.example", []string{"Method", "POST"}, "204"},
		{"OPTIONS that is none", some, "OPTIONS", "/read", shop, nil, "200 Allow-Origin=" + shop},

		{"configured methods", rich, "OPTIONS", "/write", shop, []string{"Method", "POST", "Headers", "x-other"},
			"204 Allow-Origin=" + shop + " Allow-Methods=POST Allow-Headers=x-other Allow-Credentials=true Max-Age=600"},
		{"a method that is not configured", rich, "OPTIONS", "/write", shop, []string{"Method", "DELETE"}, "204"},
		{"what may be read", rich, "GET", "/read", shop, nil, "200 Allow-Origin=" + shop + " Expose-Headers=X-Total, Etag Allow-Credentials=true"},

		{"every page", all, "GET", "/read", "https://evil.example", nil, "200 Allow-Origin=*"},
		{"every page's preflight", all, "OPTIONS", "/write", "https://evil.example", []string{"Method", "DELETE"},
			"204 Allow-Origin=* Allow-Methods=POST, DELETE"},
	} {
		if got := ask(c.cfg, c.method, c.path, c.origin, c.more...); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}
