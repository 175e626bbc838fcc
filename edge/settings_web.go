package edge

import (
	"errors"
	"net/url"
	"strings"
)

// cleanOrigin returns an origin as a browser writes it.
func cleanOrigin(s string) (string, error) {
	if s == "*" {
		return s, nil
	}
	s = strings.ToLower(s)
	u, err := url.Parse(s)
	if err != nil || u.Scheme == "" || u.Hostname() == "" || u.Scheme+"://"+u.Host != s {
		return "", errors.New("want scheme://host[:port] and nothing behind it, e.g. http://kiosk.local:8080")
	}
	return s, checkPort(u.Port(), 1)
}

// cleanHost returns a name as a Host header is compared with it.
func cleanHost(s string) (string, error) {
	s = strings.ToLower(strings.TrimSuffix(s, "."))
	name := strings.TrimPrefix(s, "*.")
	if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-._") != "" {
		return "", errors.New("want a name without scheme and port, e.g. kiosk.example.org or *.example.org")
	}
	return s, nil
}

// cleanMethod returns a method as clients write it.
func cleanMethod(s string) (string, error) {
	if s = strings.ToUpper(s); strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return "", errors.New("want methods, e.g. GET, POST")
	}
	return s, nil
}

// cleanHeader takes the name of a header, or *: a token of RFC 9110, section 5.6.2.
func cleanHeader(s string) (string, error) {
	outside := func(r rune) bool {
		return r <= ' ' || r > '~' || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	}
	if strings.ContainsFunc(s, outside) {
		return "", errors.New("want names of headers, e.g. Content-Type")
	}
	return s, nil
}
