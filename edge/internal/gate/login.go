package gate

import (
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/daebus/daebus-go/daebus"
)

// LinkPath is where a Token is to be mounted.
const LinkPath = "/daebus/login"

const loginMethods = "GET, POST, OPTIONS"

// cookieLife is as long as browsers keep one.
const cookieLife = 400 * 24 * time.Hour

// ServeHTTP lets a browser in. POST, from whoever is admitted already and is no page
// of another origin, even one that may do all else, makes a link that holds once and
// for ten minutes:
//
//	{"link":"http://kiosk.local:8080/daebus/login?key=…","expires_in":600}
//
// GET of that link sets the cookie and goes on to /.
func (t *Token) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodPost:
		if new(http.CrossOriginProtection).Check(r) != nil {
			daebus.WriteError(w, 0, daebus.Errorf(daebus.Denied, "no page of another origin makes a link: %s", r.Header.Get("Origin")))
			return
		}
		t.Handler(http.HandlerFunc(t.makeLink)).ServeHTTP(w, r)
	case http.MethodGet:
		t.useLink(w, r)
	case http.MethodOptions:
		w.Header().Set("Allow", loginMethods)
		w.WriteHeader(http.StatusNoContent)
	default:
		w.Header().Set("Allow", loginMethods)
		daebus.WriteError(w, http.StatusMethodNotAllowed, daebus.Errorf(daebus.Invalid, "want GET or POST"))
	}
}

func (t *Token) makeLink(w http.ResponseWriter, r *http.Request) {
	link := url.URL{Scheme: "http", Host: outside(r.Host), Path: LinkPath, RawQuery: "key=" + t.links.add(time.Now())}
	if isSecure(r) {
		link.Scheme = "https"
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(map[string]any{"link": link.String(), "expires_in": linkLife.Seconds()}) // the client may have gone
}

// welcome goes on to / by itself. A redirect would still count as the site's on
// which the link was followed, and to that browsers send no strict cookie.
const welcome = `<!doctype html><meta http-equiv="refresh" content="0;url=/"><title>Welcome</title><a href="/">Go on</a>`

func (t *Token) useLink(w http.ResponseWriter, r *http.Request) {
	if !t.links.use(r.URL.Query().Get("key"), time.Now()) {
		daebus.WriteError(w, 0, daebus.Errorf(daebus.Denied,
			"the link was used before or is too old; on the device, make another with POST %s", LinkPath))
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name:     t.name,
		Value:    t.session,
		Path:     "/",
		MaxAge:   int(cookieLife.Seconds()),
		HttpOnly: true,
		Secure:   isSecure(r),
		SameSite: http.SameSiteStrictMode,
	})
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'")
	h.Set("Referrer-Policy", "no-referrer") // the key stands in the address
	_, _ = w.Write([]byte(welcome))         // the browser may have gone
}

// isSecure reports whether the client speaks TLS, to us or to a proxy.
func isSecure(r *http.Request) bool {
	return r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https"
}

// outside is host[:port] as other machines may call it. Who makes a link on the
// device called it localhost.
func outside(host string) string {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = host, ""
	}
	machine, _ := os.Hostname()
	first, _, _ := strings.Cut(machine, ".")
	if first == "" || name != "localhost" && !isLoopback(net.JoinHostPort(strings.Trim(name, "[]"), "0")) {
		return host
	}
	if port == "" {
		return first + ".local"
	}
	return net.JoinHostPort(first+".local", port)
}
