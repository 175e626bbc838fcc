package gate

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/daebus/daebus-go/daebus"
)

// Token is what requests from other machines must present: as
//
//	Authorization: Bearer <token>
//
// or as the cookie that a browser gets by a one-time link, see ServeHTTP. The
// cookie follows from the token, so that it outlives a restart and ends when the
// token is changed. A nil *Token lets everybody in.
type Token struct {
	sum     [sha256.Size]byte // of the token: to compare what is of any length
	name    string            // of the cookie: cookies are shared by all ports of a host
	session string            // the value of the cookie
	links   links
}

// NewToken returns the Token of a service. The secret "" is no Token.
func NewToken(service, secret string) *Token {
	if secret == "" {
		return nil
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("daebus session " + service))
	return &Token{
		sum:     sha256.Sum256([]byte(secret)),
		name:    "daebus_" + base64.RawURLEncoding.EncodeToString([]byte(service)),
		session: base64.RawURLEncoding.EncodeToString(mac.Sum(nil)),
	}
}

// Admits reports whether r comes from this machine or presents the token. What a
// proxy on this machine says it forwards comes from elsewhere.
func (t *Token) Admits(r *http.Request) bool {
	return t == nil || isLocal(r) || t.bears(r) || t.remembers(r)
}

func (t *Token) bears(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	sum := sha256.Sum256([]byte(token))
	return strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(sum[:], t.sum[:]) == 1
}

func (t *Token) remembers(r *http.Request) bool {
	cookie, err := r.Cookie(t.name)
	return err == nil && subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(t.session)) == 1
}

// Handler lets only requests through that the Token admits.
func (t *Token) Handler(next http.Handler) http.Handler {
	if t == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !t.Admits(r) {
			w.Header().Set("WWW-Authenticate", "Bearer")
			daebus.WriteError(w, http.StatusUnauthorized, daebus.Errorf(daebus.Denied,
				"other machines present the token: as Authorization: Bearer, or in a browser by the link that POST %s makes on the device", LinkPath))
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isLocal(r *http.Request) bool {
	for _, header := range []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip"} {
		if _, forwarded := r.Header[header]; forwarded {
			return false
		}
	}
	return isLoopback(r.RemoteAddr)
}

// isLoopback reports whether the host of host:port is the machine itself.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip, _ := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}
