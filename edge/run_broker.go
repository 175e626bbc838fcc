package edge

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/internal/host"
	"github.com/daebus/daebus-go/edge/internal/quiet"
	"github.com/daebus/daebus-go/edge/internal/settings"
	"github.com/daebus/daebus-go/edge/notify"
)

// brokerName is what a process that is only the broker calls itself.
const brokerName = "daebus broker"

// MainBroker is Main for a process that is only the broker. It reads the settings
// that begin with broker_, those of password, state directory and log, and its own
// --listen from args, the command line without the names of program and command,
// from the environment and from /etc/daebus/broker.toml.
func MainBroker(args []string) {
	listen := listenFlag("127.0.0.1:6379")
	flags := flag.NewFlagSet(brokerName, flag.ContinueOnError)
	flags.Var(&listen, "listen", "address host:port on which the broker listens")
	settings, err := loadTable(brokerTable, settings.Source{
		Service: brokerName,
		File:    "/etc/daebus/broker.toml",
		Flags:   flags,
		Args:    args,
		Environ: os.Environ(),
	})
	command(brokerName, settings, err, func(ctx context.Context, cfg Config) error {
		cfg.Bus = "embedded://" + string(listen)
		return RunBroker(ctx, cfg)
	})
}

// RunBroker runs the broker alone, without a service, until ctx is done or a
// client says SHUTDOWN, and then returns nil. Config.Bus is embedded://, and of
// the rest only what is about the broker, its password, its directory and the log
// counts.
func RunBroker(ctx context.Context, cfg Config) error {
	if err := cfg.complete(os.Getenv); err != nil {
		return err
	}
	address, ok := strings.CutPrefix(cfg.Bus, "embedded://")
	if !ok {
		return fmt.Errorf("config: bus %q: want embedded://host:port to run a broker there", maskBus(cfg.Bus))
	}
	if cfg.Logger == nil {
		cfg.Logger = newLogger(os.Stderr, &cfg)
	}
	cfg.Logger = slog.New(quiet.New(cfg.Logger.Handler()))
	systemd, err := notify.New()
	if err != nil {
		return err
	}

	what, err := hostConfig(&cfg, brokerName, tcpDoor(embeddedAddress(address), "listen"), tlsDoors(&cfg)...)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	what.Broker.Shutdown = cancel
	opened, err := openHost(&cfg, what, "the broker listens")
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	wg.Go(func() { watchHost(ctx, opened, systemd, cfg.Logger) })
	_ = systemd.Ready()
	_ = systemd.Status("serving")
	cfg.Logger.Info("running", "service", brokerName, "version", Version())
	if err := opened.Serve(ctx); err != nil {
		return err
	}
	cfg.Logger.Info("stopped", "service", brokerName)
	return nil
}

// tlsDoors is the door with TLS, if there is one.
func tlsDoors(cfg *Config) []door {
	if cfg.BrokerTLS == "" {
		return nil
	}
	return []door{{cfg.BrokerTLS, "broker-tls", func() (net.Listener, error) { return listenTLS(cfg) }}}
}

// watchHost feeds the watchdog of systemd while the broker answers, and says when
// it is stopping.
func watchHost(ctx context.Context, opened *host.Host, systemd *notify.Notifier, log *slog.Logger) {
	defer systemd.Stopping()
	every := systemd.WatchdogInterval()
	if every == 0 {
		<-ctx.Done()
		return
	}
	_ = systemd.Watchdog()
	for range daebus.Ticks(ctx, every) {
		check, cancel := context.WithTimeout(ctx, min(every, 5*time.Second))
		err := opened.Check(check)
		cancel()
		if err == nil {
			_ = systemd.Watchdog()
		} else if !errors.Is(err, context.Canceled) {
			log.Error("watchdog not fed: the broker does not answer", "err", err)
		}
	}
}
