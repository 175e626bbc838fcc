package gate

import (
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"

	"github.com/daebus/daebus-go/daebus"
)

// Hosts turns away requests that call the device by a name it does not have.
// Behind one is DNS rebinding: a page of evil.example lets its name mean our
// address from one moment to the next, and is to the browser the origin that it
// asks. Only the Host header tells.
//
// A literal address, localhost, the machine's name, bare or below .local, and
// the names listed are the device's own; *.example.org stands for all that end
// so. What comes without a Host, as no browser does, passes.
func Hosts(names []string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != "" && !isOurs(hostName(r.Host), names) {
			daebus.WriteError(w, http.StatusMisdirectedRequest, daebus.Errorf(daebus.Denied,
				"this device is not known as %s; call it by its address or name, or add that one to hosts", r.Host))
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isOurs(host string, names []string) bool {
	if host == "localhost" || slices.ContainsFunc(names, func(name string) bool { return matches(host, name) }) {
		return true
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	machine, err := os.Hostname() // asked each time: it may be given a name later
	return err == nil && isMachine(host, strings.ToLower(machine))
}

func matches(host, name string) bool {
	if below, ok := strings.CutPrefix(name, "*"); ok {
		return len(host) > len(below) && strings.HasSuffix(host, below)
	}
	return host == name
}

// isMachine reports whether host is the machine's name, bare or below .local.
// There it has a number behind it where several machines have one name, as those
// that start from the same image.
func isMachine(host, machine string) bool {
	first, _, _ := strings.Cut(machine, ".")
	if first == "" {
		return false
	}
	name, local := strings.CutSuffix(host, ".local")
	if number, ok := strings.CutPrefix(name, first+"-"); local && ok && isNumber(number) {
		return true
	}
	return host == machine || name == first
}

// hostName is a Host header without the port, in the form of a name in a list.
func hostName(header string) string {
	host, port, err := net.SplitHostPort(header)
	if err != nil || !isNumber(port) {
		host = strings.TrimSuffix(strings.TrimPrefix(header, "["), "]")
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
