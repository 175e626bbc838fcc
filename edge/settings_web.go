package edge

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

const (
	noToken  = "none"
	minToken = 16 // guessing is not slowed down
)

// checkWeb refuses settings of HTTP that do not go together.
func (c *Config) checkWeb() error {
	switch all := slices.Contains(c.Origins, "*"); {
	case c.Token != "" && c.Token != noToken && len(c.Token) < minToken:
		return fmt.Errorf("config: token: want at least %d characters, e.g. what openssl rand -hex 16 prints, or none to let everybody in", minToken)
	case c.Token == "" && !isLoopback(c.HTTP):
		return fmt.Errorf("config: http %q: other machines can reach it and there is no token; "+
			"want token_file with a secret in it, or token = \"none\" to let everybody in, or http = \"127.0.0.1:8080\"", c.HTTP)
	case c.Token == "" && !isLoopback(c.WebSocket):
		return fmt.Errorf("config: websocket %q: other machines can reach it and there is no token; "+
			"want token_file with a secret in it, or token = \"none\" to let everybody in, or an address of 127.0.0.1", c.WebSocket)
	case len(c.Bridge) > 1 && slices.Contains(c.Bridge, nothing):
		return errors.New(`config: bridge: want "none" alone, or a list without it`)
	case c.WebSocket != "" && c.WebSocket == c.HTTP && !strings.HasSuffix(c.HTTP, ":0"):
		return fmt.Errorf("config: websocket %q: that is http's address, where the WebSocket is at /ws; want another one, or none", c.WebSocket)
	case (c.TLSCert != "") != (c.TLSKey != ""):
		return errors.New("config: tls_cert and tls_key: want both, or none")
	case all && len(c.Origins) > 1:
		return errors.New(`config: origins: want "*" alone, which is every page there is, or a list without it`)
	case len(c.Origins) == 0 && c.idleCORS() != "":
		return fmt.Errorf("config: %s: there is no page that it is for; list in origins those that may ask, or leave it out", c.idleCORS())
	case all && c.CORSCredentials:
		return errors.New(`config: cors_credentials: no browser sends cookies where origins is "*"; list the origins that may, or leave cors_credentials out`)
	}
	return nil
}

// idleCORS is the first setting of CORS that is not at its default, "" for none.
func (c *Config) idleCORS() string {
	for _, s := range table(c) {
		if strings.HasPrefix(s.Key, "cors_") && s.Shown() != "" && s.Shown() != s.Default {
			return s.Key
		}
	}
	return ""
}

// isLoopback reports whether only this machine reaches a listen address. A name
// may mean anything, but for localhost; the default is one that only it reaches.
func isLoopback(address string) bool {
	host, _, _ := net.SplitHostPort(address)
	ip, err := netip.ParseAddr(host)
	return address == "" || host == "localhost" || err == nil && ip.IsLoopback()
}

// nothing is what Bridge lists to list nothing.
const nothing = "none"

// bridge is what the hub's peers reach; nil is the default.
func (c *Config) bridge() []string {
	switch {
	case len(c.Bridge) == 0:
		return nil
	case c.Bridge[0] == nothing:
		return []string{}
	}
	return c.Bridge
}

// cleanReach takes the name of a channel, or the beginning of some and a *.
func cleanReach(s string) (string, error) {
	outside := func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r) || strings.ContainsRune(`*?[]\`, r)
	}
	if strings.ContainsFunc(strings.TrimSuffix(s, "*"), outside) || strings.HasPrefix(s, "caller:") {
		return "", errors.New("want names of services and channels, of which a * may be the end, e.g. coffee, sensors.*")
	}
	return s, nil
}

// cleanOrigin returns an origin as a browser writes it.
func cleanOrigin(s string) (string, error) {
	if s == "*" {
		return s, nil
	}
	s = strings.ToLower(s)
	u, err := url.Parse(s)
	if err != nil || u.Scheme == "" || u.Hostname() == "" || u.Scheme+"://"+u.Host != s || strings.Contains(s, "*") {
		return "", errors.New("want scheme://host[:port], no * in it and nothing behind it, e.g. http://kiosk.local:8080")
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
