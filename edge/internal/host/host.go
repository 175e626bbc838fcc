package host

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"

	"github.com/daebus/daebus-go/edge/broker"
	"github.com/daebus/daebus-go/edge/internal/inproc"
)

// Config is what to host, and where.
type Config struct {
	Name   string                         // of this process, for others that want to host
	Listen func() ([]net.Listener, error) // called when nobody else hosts; with an error it gives nothing
	Broker broker.Config                  // without a Dir nothing is locked, and nothing is kept
}

// Host is a broker that this process hosts.
type Host struct {
	broker    *broker.Broker
	lock      *os.File // nil: there is no directory
	listeners []net.Listener
	near      *inproc.Listener
}

// Open takes the directory, opens the log in it and listens. The error is a
// *Taken when another process has the directory. Call Serve next, or Close.
func Open(cfg Config) (*Host, error) {
	h := &Host{near: inproc.NewListener()}
	if err := h.open(cfg); err != nil {
		h.Close()
		return nil, err
	}
	return h, nil
}

func (h *Host) open(cfg Config) (err error) {
	if dir := cfg.Broker.Dir; dir != "" {
		if h.lock, err = lock(dir, cfg.Name); err != nil {
			return err
		}
	}
	if h.broker, err = broker.Open(cfg.Broker); err != nil {
		return err
	}
	h.listeners, err = cfg.Listen()
	return err
}

// Close gives up what Open has taken. Serve does that itself.
func (h *Host) Close() error {
	var errs []error
	for _, ln := range h.listeners {
		ln.Close()
	}
	h.near.Close()
	if h.broker != nil {
		if err := h.broker.Close(); err != nil {
			errs = append(errs, fmt.Errorf("broker: close the log: %w", err))
		}
	}
	if h.lock != nil { // the last of it, when all else is done
		h.lock.Close()
	}
	return errors.Join(errs...)
}

// Serve serves until ctx is done or a listener fails, and then gives up what
// Open has taken. It returns nil when all of it was in order.
func (h *Host) Serve(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	listeners := append([]net.Listener{h.near}, h.listeners...)
	errs := make([]error, len(listeners), len(listeners)+1)
	var wg sync.WaitGroup
	for i, ln := range listeners {
		wg.Go(func() {
			defer cancel()
			errs[i] = h.broker.Serve(ctx, ln)
		})
	}
	wg.Wait()
	return errors.Join(append(errs, h.Close())...)
}

// Addrs are the addresses that Config.Listen opened, in its order.
func (h *Host) Addrs() (addrs []net.Addr) {
	for _, ln := range h.listeners {
		addrs = append(addrs, ln.Addr())
	}
	return addrs
}

// Dial reaches the broker from within the process. It waits for Serve.
func (h *Host) Dial(ctx context.Context) (net.Conn, error) { return h.near.Dial(ctx) }

// Check returns nil when the broker answers before ctx is done.
func (h *Host) Check(ctx context.Context) error {
	conn, err := h.Dial(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if end, ok := ctx.Deadline(); ok {
		conn.SetDeadline(end)
	}
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return err
	}
	_, err = conn.Read(make([]byte, 64)) // any answer will do, a refusal too
	return err
}
