package edge

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/daebus/daebus-go/daebus"
)

// version is stamped by the linker.
var version string

// Version is the version this program was built as: that of the build, else of
// the module, else "dev".
func Version() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "dev"
}

// Exit statuses of Main.
const (
	exitFailed = 1
	exitUsage  = 2 // as package flag: what was asked for makes no sense
	exitForced = 3 // a second signal did not wait for the drain
)

// Main runs app as this process: it reads the settings (see the package
// comment), logs to standard error, drains on SIGINT or SIGTERM and ends the
// process, with status 0 after a clean stop. A second signal ends it at once.
// A program defines flags of its own on flag.CommandLine before it calls Main.
func Main(app *daebus.App) {
	settings, err := Load(app.Name(), flag.CommandLine, os.Args[1:], os.Environ())
	command(app.Name(), settings, err, func(ctx context.Context, cfg Config) error {
		return Run(ctx, app, cfg)
	})
}

// command does what the settings of the program called name ask for: it runs it,
// or prints.
func command(name string, settings *Settings, err error, run func(context.Context, Config) error) {
	switch {
	case settings.Help:
		settings.Usage(os.Stdout)
		return
	case settings.Version:
		fmt.Println(name, Version())
		return
	case err != nil:
		fail(name, err, exitUsage)
	case settings.PrintConfig:
		if err := settings.Print(os.Stdout); err != nil {
			fail(name, err, exitFailed)
		}
		return
	}
	cfg := settings.Config
	cfg.Logger = newLogger(os.Stderr, &cfg)
	slog.SetDefault(cfg.Logger)

	ctx, stop := signals(cfg.Logger)
	defer stop()
	if err := run(ctx, cfg); err != nil {
		fail(name, err, exitFailed)
	}
}

// oneIntent is how long signals count as one: some tools signal a process and
// then its group.
const oneIntent = 250 * time.Millisecond

// signals returns a context that the first signal ends; the second ends the
// process.
func signals(log *slog.Logger) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	came := make(chan os.Signal, 2)
	signal.Notify(came, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		<-came
		cancel()
		for first := time.Now(); ; {
			s := <-came
			if time.Since(first) > oneIntent {
				log.Error("not waiting for the drain", "signal", s)
				os.Exit(exitForced)
			}
		}
	}()
	return ctx, cancel
}

// fail prints each mistake on a line of its own and ends the process.
func fail(name string, err error, status int) {
	for line := range strings.Lines(err.Error()) { // errors.Join puts one on each
		fmt.Fprintf(os.Stderr, "%s: %s\n", name, strings.TrimSuffix(line, "\n"))
	}
	os.Exit(status)
}
