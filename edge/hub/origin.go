package hub

import (
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// origin is where a page came from: RFC 6454, section 6.2. All its parts are
// lower case, and the port is always there for http and https.
type origin struct{ scheme, host, port string }

// origins says which pages may connect.
type origins struct {
	all  bool
	list []origin
	page string // the port of our own pages, besides the one that is asked
}

func newOrigins(texts []string, pagePort string, log *slog.Logger) origins {
	if len(texts) == 1 && texts[0] == "*" {
		log.Warn("every web page may connect; list those that should in Origins", "origins", "*")
		return origins{all: true}
	}
	o := origins{page: pagePort}
	for _, text := range texts {
		parsed, ok := parseOrigin(text)
		if !ok {
			log.Warn("an entry of Origins allows nothing; want scheme://host[:port]", "origins", text)
			continue
		}
		o.list = append(o.list, parsed)
	}
	return o
}

// allow accepts what is not a browser, which sends no Origin; the page that
// this very host serves, at the port that is asked or that of its pages; and what
// is listed.
func (o origins) allow(r *http.Request) bool {
	sent := r.Header["Origin"]
	if o.all || len(sent) == 0 {
		return true
	}
	if len(sent) > 1 {
		return false
	}
	from, ok := parseOrigin(sent[0])
	return ok && (o.own(from, r.Host) || slices.Contains(o.list, from))
}

// own reports whether a page came from host[:port] or from the port of our pages
// on that host. The scheme is the page's: a proxy may have ended TLS in front of
// us.
func (o origins) own(from origin, host string) bool {
	if from.scheme != "http" && from.scheme != "https" {
		return false
	}
	here, ok := parseOrigin(from.scheme + "://" + host)
	return ok && here.host == from.host && (from.port == here.port || from.port == o.page)
}

// parseOrigin takes scheme://host[:port] and nothing else: no user, no path,
// no white space, no "null".
func parseOrigin(s string) (o origin, ok bool) {
	scheme, host, ok := strings.Cut(s, "://")
	if !ok || !isScheme(scheme) {
		return origin{}, false
	}
	o.scheme = strings.ToLower(scheme)
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		host, o.port = host[:i], host[i+1:]
		if n, err := strconv.ParseUint(o.port, 10, 16); err != nil || n == 0 || o.port[0] == '0' {
			return origin{}, false
		}
	}
	switch {
	case o.port != "":
	case o.scheme == "http":
		o.port = "80"
	case o.scheme == "https":
		o.port = "443"
	}
	o.host, ok = parseHost(host)
	return o, ok
}

func parseHost(s string) (host string, ok bool) {
	if inner, ok := strings.CutPrefix(s, "["); ok {
		inner, ok = strings.CutSuffix(inner, "]")
		ip, err := netip.ParseAddr(inner)
		return ip.String(), ok && err == nil && ip.Is6() && ip.Zone() == ""
	}
	return strings.ToLower(s), s != "" && consistsOf(s, "-._")
}

func isScheme(s string) bool {
	return s != "" && consistsOf(s, "+-.") && consistsOf(s[:1], "") && (s[0] < '0' || s[0] > '9')
}

// consistsOf reports whether s has ASCII letters, digits and bytes of more only.
func consistsOf(s, more string) bool {
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		digit := '0' <= c && c <= '9'
		if !letter && !digit && strings.IndexByte(more, c) < 0 {
			return false
		}
	}
	return true
}
