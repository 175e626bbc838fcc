package edge

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"github.com/daebus/daebus-go/edge/internal/settings"
)

// Config is how a service runs. Its zero value is ready to use: a zero field
// means the default. [Load] reads every field but Logger from outside.
//
// A Config prints and logs without its secrets.
type Config struct {
	// Bus is where messages are exchanged:
	//
	//	redis://[user[:password]@]host[:port][/database]
	//	rediss://…                   the same over TLS, see BusCA
	//	redis+sentinel://[user[:password]@]host[:port][,host[:port]…]/master[/database]
	//	unix://[user[:password]@]/path/of/the/socket
	//	embedded://[host[:port]]     this process hosts the broker there
	//
	// The port defaults to 6379, the database to 0. Special characters in user
	// and password are percent-encoded.
	//
	// Behind redis+sentinel are the sentinels, whose port defaults to 26379, and
	// the name under which they watch the master; a failover is followed. User and
	// password are those of the master; a sentinel gets them only when it wants a
	// password. It does not speak TLS.
	//
	// The default "" asks 127.0.0.1:6379 and hosts the broker there when nothing
	// listens.
	Bus string

	BusUser         string // ACL user, instead of the one in Bus; default none
	BusPassword     string // password, instead of the one in Bus; default none
	BusPasswordFile string // file read for BusPassword when that is empty; default none
	BusCA           string // PEM file of the authorities trusted for rediss://; default those of the system

	// HTTP is the listen address host:port. The default "" is 127.0.0.1:8080
	// when the service has routes or sockets, else no server. Port 0 picks a
	// free one.
	HTTP         string
	Origins      []string // browser origins allowed besides the service's own, as scheme://host[:port]; default none
	BodyLimit    int64    // bytes of a HTTP request body, 1 to 1 GiB; default 1 MiB
	MessageLimit int64    // bytes of a WebSocket message, 1 to 1 GiB; default 1 MiB

	// Workers and Queue are shared by all handlers of messages: one action may have
	// all workers but one, and where there are other actions or listeners an action
	// or a listener may fill three quarters of the queue.
	Workers int           // handlers that run at once, 1 to 10,000; default 8
	Queue   int           // requests that wait before the answer is busy, 1 to 1,000,000; default 4 × Workers
	Grace   time.Duration // time to drain at shutdown, 1 ms to 1 h; default 10 s
	Ping    time.Duration // cadence of PING on the link, which is dead after 2.5 of them, 1 s to 1 h; default 10 s

	// StateDir is the directory of what must survive a restart. The default is
	// the first of $STATE_DIRECTORY, else $XDG_STATE_HOME/daebus, else
	// ~/.local/state/daebus; "" where none of them is known.
	StateDir string

	LogLevel  slog.Level // least level logged: debug, info, warn or error; default info
	LogFormat string     // text or json; default text, without timestamps under systemd, whose journal has its own

	// Logger is used instead of one made from LogLevel and LogFormat. It is set
	// in Go only.
	Logger *slog.Logger
}

// complete checks what is set, fills in defaults and reads secrets from their
// files. It returns errs and every mistake found, joined. Completing a Config
// again changes nothing.
func (c *Config) complete(getenv func(string) string, errs ...error) error {
	err := errors.Join(append(errs, settings.Complete(table(c), getenv))...)
	if c.Queue == 0 {
		c.Queue = 4 * c.Workers
	}
	c.StateDir = cmp.Or(c.StateDir, stateDir(getenv))
	if err == nil && c.BusCA != "" && !strings.HasPrefix(c.Bus, "rediss://") {
		return fmt.Errorf("config: bus_ca %q: bus does not use TLS; want bus = \"rediss://host:port\", or no bus_ca", c.BusCA)
	}
	return err
}

func stateDir(getenv func(string) string) string {
	if dir, _, _ := strings.Cut(getenv("STATE_DIRECTORY"), ":"); dir != "" {
		return dir
	}
	if dir := getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "daebus")
	}
	if home := getenv("HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, ".local/state/daebus")
	}
	return ""
}

// LogValue implements slog.LogValuer: the settings that are set, secrets masked.
func (c Config) LogValue() slog.Value {
	var attrs []slog.Attr
	for _, s := range table(&c) {
		if text := s.Shown(); text != "" {
			attrs = append(attrs, slog.String(s.Key, text))
		}
	}
	return slog.GroupValue(attrs...)
}

// String returns the settings that are set, secrets masked.
func (c Config) String() string {
	return fmt.Sprint(c.LogValue().Group())
}

// Format implements fmt.Formatter, so that no verb prints a secret.
func (c Config) Format(f fmt.State, _ rune) {
	io.WriteString(f, c.String())
}

// MarshalText returns String, so that no encoder writes a secret.
func (c Config) MarshalText() ([]byte, error) {
	return []byte(c.String()), nil
}
