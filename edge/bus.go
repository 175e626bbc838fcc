package edge

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strings"
	"syscall"

	"github.com/daebus/daebus-go/edge/broker"
	"github.com/daebus/daebus-go/edge/internal/group"
	"github.com/daebus/daebus-go/edge/internal/inproc"
	"github.com/daebus/daebus-go/edge/link"
)

// defaultBus is where the services of one machine meet when nothing is
// configured. Only tests change it.
var defaultBus = "127.0.0.1:6379"

// openBus reads Config.Bus for a service. A broker that this process has to
// host runs in hosting: that of embedded:// is started here, so that an address
// that is taken is found at once; that of auto mode when a dial finds nobody.
func openBus(cfg *Config, name string, hosting *group.Group) (link.Config, error) {
	to, err := reach(cfg, name)
	if err != nil {
		return link.Config{}, err
	}
	h := &host{address: to.Address, broker: brokerConfig(cfg, to.Password), run: hosting, log: cfg.Logger}
	switch scheme, _, _ := strings.Cut(cfg.Bus, "://"); scheme {
	case "":
		to.Dial = h.dialOrHost
	case "embedded":
		to.Dial = h.dialOwn
		to.Address, err = h.start()
	}
	return to, err
}

// brokerConfig has the broker take what may come in by the other doors, and the
// envelope around it. A service with hundreds of callers is a subscriber with
// megabytes on the way to it, none of them stalled.
func brokerConfig(cfg *Config, password string) broker.Config {
	const most, envelope = 64 << 20, 64 << 10
	message := int(min(max(cfg.BodyLimit, cfg.MessageLimit), most)) + envelope
	return broker.Config{
		Password:   password,
		MaxBulk:    max(message, 4<<20),
		HardOutput: max(2*message, 8<<20),
		Logger:     cfg.Logger,
	}
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

// host is the broker in this process, or the readiness to have one.
type host struct {
	address string
	broker  broker.Config
	run     *group.Group // what the broker runs in
	log     *slog.Logger
	near    *inproc.Listener // where this process reaches its broker; nil until it has one
}

// start listens and serves, and returns the address it got.
func (h *host) start() (address string, err error) {
	ln, err := net.Listen("tcp", h.address)
	if err != nil {
		return "", listenError("broker", h.address, "bus", err)
	}
	b := broker.New(h.broker)
	h.near = inproc.NewListener()
	for _, ln := range []net.Listener{ln, h.near} {
		h.run.Go(func(ctx context.Context) {
			if err := b.Serve(ctx, ln); err != nil && ctx.Err() == nil {
				h.log.Error("the embedded broker stopped", "addr", ln.Addr(), "err", err)
			}
		})
	}
	if tcp, ok := ln.Addr().(*net.TCPAddr); ok && !tcp.IP.IsLoopback() && h.broker.Password == "" {
		h.log.Warn("the embedded broker is open to every host that reaches this one; set bus_password_file", "addr", ln.Addr())
	}
	h.log.Info("hosting the embedded broker; a real Redis would be --bus redis://host:port", "addr", ln.Addr())
	return ln.Addr().String(), nil
}

// dialOwn reaches the broker in this process.
func (h *host) dialOwn(ctx context.Context, _, _ string) (net.Conn, error) {
	return h.near.Dial(ctx)
}

// dialOrHost dials, and where nobody listens becomes the host. When several
// processes find out at once the kernel gives the port to one of them, and the
// others reach that one.
func (h *host) dialOrHost(ctx context.Context, network, address string) (net.Conn, error) {
	if h.near != nil {
		return h.near.Dial(ctx)
	}
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return conn, err
	}
	switch _, err := h.start(); {
	case err == nil:
		return h.near.Dial(ctx)
	case errors.Is(err, syscall.EADDRINUSE):
		return new(net.Dialer).DialContext(ctx, network, address)
	default:
		return nil, err
	}
}

// listenError says in plain words why an address cannot be listened on.
func listenError(what, address, setting string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%s: %s is taken by another process; stop that one, or choose another address with --%s: %w", what, address, setting, err)
	}
	return fmt.Errorf("%s: listen on %s: %w", what, address, err)
}
