package edge

import (
	"cmp"
	"crypto/x509"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/daebus/daebus-go/edge/internal/group"
	"github.com/daebus/daebus-go/edge/link"
)

// defaultBus is where the services of one machine meet when nothing is
// configured. Only tests change it.
var defaultBus = "127.0.0.1:6379"

// takeover bounds the pauses between dials of a link to a broker that one of the
// services hosts: when that goes, all shall be together again in two seconds.
const takeover = 500 * time.Millisecond

// openBus reads Config.Bus for a service. A broker that this process has to
// host runs in run: that of embedded:// is started here, so that an address or a
// directory that is taken is found at once; that of auto mode when a dial finds
// nobody.
func openBus(cfg *Config, name string, run *group.Group) (link.Config, error) {
	to, err := reach(cfg, name)
	if err != nil {
		return link.Config{}, err
	}
	scheme, _, _ := strings.Cut(cfg.Bus, "://")
	if scheme != "" && scheme != "embedded" {
		return to, nil
	}
	what, err := hostConfig(cfg, name, tcpDoor(to.Address, "bus"))
	if err != nil {
		return link.Config{}, err
	}
	h := &hosting{cfg: cfg, what: what, run: run}
	if scheme == "" {
		to.Dial, to.Retry = h.dialOrHost, takeover
		return to, nil
	}
	own, err := h.open()
	if err != nil {
		return link.Config{}, err
	}
	to.Dial, to.Address = h.dialOwn, own.Addrs()[0].String()
	return to, nil
}

// reach says how to dial what Config.Bus names, without hosting anything.
func reach(cfg *Config, name string) (to link.Config, err error) {
	switch scheme, rest, _ := strings.Cut(cfg.Bus, "://"); scheme {
	case "":
		to.Address = defaultBus
	case "embedded":
		to.Address = embeddedAddress(rest)
	default:
		if to, err = link.Parse(cfg.Bus); err != nil {
			return to, err
		}
		if err = trust(&to, cfg.BusCA); err != nil {
			return to, err
		}
	}
	to.User = cmp.Or(cfg.BusUser, to.User)
	to.Password = cmp.Or(cfg.BusPassword, to.Password)
	to.Name, to.Ping, to.Log = name, cfg.Ping, cfg.Logger
	return to, nil
}

// embeddedAddress is host:port of embedded://[host[:port]].
func embeddedAddress(rest string) string {
	u, err := url.Parse("embedded://" + rest)
	if err != nil {
		return rest // checked when the configuration was read
	}
	host, port := u.Hostname(), u.Port()
	if host == "" {
		host = "127.0.0.1"
	}
	if port == "" {
		port = "6379"
	}
	return net.JoinHostPort(host, port)
}

// trust adds the authorities of a PEM file.
func trust(c *link.Config, file string) error {
	if file == "" {
		return nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("config: bus_ca: %w", err)
	}
	c.TLS.RootCAs = x509.NewCertPool()
	if !c.TLS.RootCAs.AppendCertsFromPEM(pem) {
		return fmt.Errorf("config: bus_ca %q: no PEM certificate in it", file)
	}
	return nil
}
