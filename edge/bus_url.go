package edge

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/daebus/daebus-go/edge/internal/settings"
	"github.com/daebus/daebus-go/edge/link"
)

const busForms = "redis://host:port, rediss://host:port, redis+sentinel://host:port/master, unix:///path or embedded://host:port"

// maskBus hides what stands where a password may. It must hold for what is not a
// URL too, since that is what ends up in error texts.
func maskBus(s string) string {
	at := strings.LastIndexByte(s, '@')
	if at >= 0 && !strings.HasPrefix(s, "unix:///") {
		scheme, user, ok := strings.Cut(s[:at], "://")
		if !ok || strings.Contains(scheme, ":") {
			return settings.Mask + s[at:]
		}
		if name, _, ok := strings.Cut(user, ":"); ok {
			return scheme + "://" + name + ":" + settings.Mask + s[at:]
		}
	}
	if i := strings.IndexAny(s, "?#"); i >= 0 {
		return s[:i+1] + settings.Mask
	}
	return s
}

// checkBus refuses what is not an address of the forms stated at Config.Bus.
func checkBus(s string) error {
	scheme, rest, _ := strings.Cut(s, ":")
	switch scheme {
	case "redis", "rediss", "redis+sentinel", "unix", "embedded":
	default:
		return errors.New("unknown scheme; want " + busForms)
	}
	example := scheme + "://host:port"
	switch scheme {
	case "unix":
		example = "unix:///run/redis/redis.sock"
	case "redis+sentinel":
		example += ",host:port/master"
	}
	if !strings.HasPrefix(rest, "//") {
		return fmt.Errorf(`missing "//" after the scheme; want %s`, example)
	}
	if strings.Contains(s, settings.Mask) {
		return settings.ErrMasked
	}
	if scheme == "redis+sentinel" { // no URL: it lists hosts
		if _, err := link.Parse(s); err != nil {
			return errors.New(strings.TrimPrefix(err.Error(), "bus: "))
		}
		return nil
	}
	u, err := url.Parse(s)
	if err != nil {
		return fmt.Errorf("not a URL; percent-encode special characters in user and password, want %s", example)
	}
	if strings.ContainsAny(s, "?#") {
		return fmt.Errorf("a bus takes no ? or #; want %s", example)
	}
	switch scheme {
	case "unix":
		if u.Host != "" || len(u.Path) < 2 {
			return fmt.Errorf("want the absolute path of a socket, e.g. %s", example)
		}
		return nil
	case "embedded":
		if u.User != nil || strings.Trim(u.Path, "/") != "" {
			return errors.New("want no more than an address, e.g. embedded://127.0.0.1:6379; its password is bus_password")
		}
		return checkPort(u.Port(), 0)
	}
	if u.Hostname() == "" {
		return fmt.Errorf("missing host; want %s", example)
	}
	if db := strings.TrimPrefix(u.Path, "/"); db != "" {
		if _, err := strconv.ParseUint(db, 10, 16); err != nil {
			return fmt.Errorf("want a database number after the host, e.g. %s/0", example)
		}
	}
	return checkPort(u.Port(), 1)
}

func checkPort(port string, least uint64) error {
	if n, err := strconv.ParseUint(port, 10, 16); port != "" && (err != nil || n < least) {
		return fmt.Errorf("want a port from %d to 65535", least)
	}
	return nil
}
