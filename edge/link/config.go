package link

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
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
	Network  string // "tcp", "unix" or "sentinel"; default tcp
	Address  string // host:port; the path of a socket; the sentinels' host:port,host:port/master; default 127.0.0.1:6379
	User     string // ACL user; "" is the default user
	Password string // "" sends no AUTH; a sentinel gets user and password only when it wants one
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

	sentinels *sentinels // of the network "sentinel", else nil
}

// Parse reads redis://, rediss://, redis+sentinel:// and unix:// addresses as
// edge.Config.Bus describes them. For rediss:// TLS is set, to the system's
// authorities.
func Parse(bus string) (Config, error) {
	if rest, ok := strings.CutPrefix(bus, "redis+sentinel://"); ok {
		return parseSentinel(rest)
	}
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
		return Config{}, fmt.Errorf("bus: unknown scheme %q; want redis, rediss, redis+sentinel or unix", u.Scheme)
	}
	c.Network, c.Address = "tcp", hostPort(u, "6379")
	c.Database, err = database(strings.Trim(u.Path, "/"))
	return c, err
}

// parseSentinel reads [user[:password]@]host[:port][,host:port…]/master[/database],
// which is not a URL for its list of hosts.
func parseSentinel(rest string) (c Config, err error) {
	const want = "want redis+sentinel://host:port,host:port/master"
	hosts, path, _ := strings.Cut(rest, "/")
	at := strings.LastIndexByte(hosts, '@') + 1
	if strings.ContainsAny(rest, "?#") || strings.Contains(path, "@") {
		return c, errors.New("bus: percent-encode ?, #, / and @ in user and password; " + want)
	}
	u, err := url.Parse("redis://" + hosts[:at] + "host/" + path)
	if err != nil {
		return c, errors.New("bus: not a URL; percent-encode special characters in user and password, " + want)
	}
	if u.User != nil {
		c.User = u.User.Username()
		c.Password, _ = u.User.Password()
	}
	var all []string
	for host := range strings.SplitSeq(hosts[at:], ",") {
		u, err := url.Parse("redis://" + host)
		if err != nil || u.Hostname() == "" || u.Host != host {
			return Config{}, fmt.Errorf("bus: sentinel %d is not host:port; %s", len(all)+1, want)
		}
		if n, err := strconv.ParseUint(u.Port(), 10, 16); u.Port() != "" && (err != nil || n == 0) {
			return Config{}, fmt.Errorf("bus: sentinel %d: want a port from 1 to 65535", len(all)+1)
		}
		all = append(all, hostPort(u, "26379"))
	}
	master, db, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	if master == "" {
		return Config{}, errors.New("bus: missing the master's name; " + want)
	}
	c.Network, c.Address = "sentinel", strings.Join(all, ",")+"/"+master
	c.Database, err = database(db)
	return c, err
}

func hostPort(u *url.URL, port string) string {
	return net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), port))
}

func database(s string) (int, error) {
	if s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("bus: database %q; want a number from 0", s)
	}
	return n, nil
}

func (c Config) withDefaults() Config {
	if c.Network == "" {
		c.Network = "tcp"
	}
	if c.Address == "" {
		c.Address = "127.0.0.1:6379"
	}
	if c.Network == "sentinel" {
		c.sentinels = newSentinels(c.Address)
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
