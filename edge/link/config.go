package link

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/daebus/daebus-go/daebus"
)

// Config says where the bus is and how patient the link is.
type Config struct {
	Network  string // "tcp" or "unix"; default tcp
	Address  string // host:port, or the path of a socket; default 127.0.0.1:6379
	User     string // ACL user; "" is the default user
	Password string // "" sends no AUTH
	Database int
	TLS      *tls.Config // nil: no TLS
	Name     string      // what CLIENT LIST shows; no spaces; "" sets none

	Ping   time.Duration // PING cadence; dead after 2.5 of it; default 10 s
	Retry  time.Duration // most time between two dials, ± 50 %; default 1 s
	Unsent int           // bytes that may wait to be written before Busy; default 8 MiB

	// Dial opens a connection; nil means net.Dialer. The link adds TLS.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	// OnEvent is told, in order, that the link went away or came back. It must
	// not block.
	OnEvent func(daebus.LinkEvent)

	Log *slog.Logger // default slog.Default()
}

// Parse reads redis://, rediss:// and unix:// addresses as edge.Config.Bus
// describes them. For rediss:// TLS is set, to the system's authorities.
func Parse(bus string) (Config, error) {
	u, err := url.Parse(bus)
	if err != nil {
		return Config{}, fmt.Errorf("bus: not a URL; want redis://host:port") // err would show a password
	}
	var c Config
	if u.User != nil {
		c.User = u.User.Username()
		c.Password, _ = u.User.Password()
	}
	switch u.Scheme {
	case "unix":
		c.Network, c.Address = "unix", u.Path
		return c, nil
	case "rediss":
		c.TLS = &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}
	case "redis":
	default:
		return Config{}, fmt.Errorf("bus: unknown scheme %q; want redis, rediss or unix", u.Scheme)
	}
	port := u.Port()
	if port == "" {
		port = "6379"
	}
	c.Network, c.Address = "tcp", net.JoinHostPort(u.Hostname(), port)
	if db := strings.Trim(u.Path, "/"); db != "" {
		if c.Database, err = strconv.Atoi(db); err != nil || c.Database < 0 {
			return Config{}, fmt.Errorf("bus: database %q; want a number from 0", db)
		}
	}
	return c, nil
}

func (c Config) withDefaults() Config {
	if c.Network == "" {
		c.Network = "tcp"
	}
	if c.Address == "" {
		c.Address = "127.0.0.1:6379"
	}
	if c.Ping <= 0 {
		c.Ping = 10 * time.Second
	}
	if c.Retry <= 0 {
		c.Retry = time.Second
	}
	if c.Unsent <= 0 {
		c.Unsent = 8 << 20
	}
	if c.Dial == nil {
		c.Dial = new(net.Dialer).DialContext
	}
	if c.OnEvent == nil {
		c.OnEvent = func(daebus.LinkEvent) {}
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return c
}

// dead is how long nothing may come from the other end.
func (c *Config) dead() time.Duration { return c.Ping * 5 / 2 }
