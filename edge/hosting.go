package edge

import (
	"cmp"
	"context"
	"errors"
	"net"
	"sync"
	"syscall"
	"time"

	"github.com/daebus/daebus-go/edge/internal/backoff"
	"github.com/daebus/daebus-go/edge/internal/group"
	"github.com/daebus/daebus-go/edge/internal/host"
)

// hosting is the readiness to host the broker, and the broker while it is here.
type hosting struct {
	cfg  *Config
	what host.Config
	run  *group.Group // what the broker runs in

	mu   sync.Mutex // guards below, and is held while a host opens
	host *host.Host // nil: this process does not host now
}

// open returns the broker in this process, which it becomes the host of if it is
// not yet.
func (h *hosting) open() (*host.Host, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.host != nil {
		return h.host, nil
	}
	opened, err := openHost(h.cfg, h.what, "hosting the embedded broker; a real Redis would be --bus redis://host:port")
	if err != nil {
		return nil, err
	}
	started := h.run.Go(func(ctx context.Context) {
		if err := opened.Serve(ctx); err != nil {
			h.cfg.Logger.Error("the embedded broker stopped", "err", err)
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		h.host = nil
	})
	if !started {
		return nil, cmp.Or(opened.Close(), net.ErrClosed)
	}
	h.host = opened
	return opened, nil
}

// openHost opens a host and says so in these words.
func openHost(cfg *Config, what host.Config, words string) (*host.Host, error) {
	if cfg.BrokerDir == "" {
		return nil, errNoDir
	}
	opened, err := host.Open(what)
	if err != nil {
		return nil, err
	}
	for i, addr := range opened.Addrs() {
		if tcp, ok := addr.(*net.TCPAddr); ok && !tcp.IP.IsLoopback() && cfg.BusPassword == "" && cfg.BrokerUsersFile == "" {
			cfg.Logger.Warn("the broker is open to every host that reaches this one; set bus_password_file", "addr", addr)
		}
		if i == 0 {
			cfg.Logger.Info(words, "addr", addr, "dir", cfg.BrokerDir)
		} else {
			cfg.Logger.Info("the broker listens here too", "addr", addr)
		}
	}
	return opened, nil
}

// dialOwn reaches the broker in this process.
func (h *hosting) dialOwn(ctx context.Context, _, _ string) (net.Conn, error) {
	own, err := h.open()
	if err != nil {
		return nil, err
	}
	return own.Dial(ctx)
}

// dialOrHost dials, and where nobody listens becomes the host. When several
// processes find out at once, one of them gets the lock, or the address, and the
// others wait for that one.
func (h *hosting) dialOrHost(ctx context.Context, network, address string) (net.Conn, error) {
	for pause := (backoff.Delay{Min: 10 * time.Millisecond, Max: 100 * time.Millisecond}); ; {
		conn, err := h.dialNearest(ctx, network, address)
		if !isAnother(err) || backoff.Wait(ctx, pause.Next()) != nil {
			return conn, err
		}
	}
}

func (h *hosting) dialNearest(ctx context.Context, network, address string) (net.Conn, error) {
	if !h.isHost() {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		if !errors.Is(err, syscall.ECONNREFUSED) {
			return conn, err
		}
	}
	return h.dialOwn(ctx, network, address)
}

func (h *hosting) isHost() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.host != nil
}

// isAnother reports whether hosting failed because another process hosts.
func isAnother(err error) bool {
	_, taken := errors.AsType[*host.Taken](err)
	return taken || errors.Is(err, syscall.EADDRINUSE)
}
