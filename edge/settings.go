package edge

import (
	"strings"
	"time"
)

// A setting is one field of a Config as it is seen from outside.
type setting struct {
	key  string // in TOML; the other spellings follow from it
	kind        // reads and writes the field
	def  string // default as text; "" when it is empty or computed
	help string
}

// settings is the one table behind the TOML file, the environment, the command
// line, the defaults, --print-config and --help. It points into c.
func settings(c *Config) []setting {
	return []setting{
		{"bus", busURL{&c.Bus}, "", "redis://, rediss://, unix:// or embedded:// address; default: ask 127.0.0.1:6379, else host the broker there"},
		{"bus_user", text{&c.BusUser, nil}, "", "ACL user on the bus"},
		{"bus_password", secret{&c.BusPassword}, "", "password on the bus"},
		{"bus_password_file", text{&c.BusPasswordFile, nil}, "", "file that holds the password on the bus"},
		{"bus_ca", text{&c.BusCA, nil}, "", "PEM file of the authorities trusted for rediss://"},
		{"http", text{&c.HTTP, checkListen}, "", "listen address host:port; default 127.0.0.1:8080 when the service has routes or sockets"},
		{"origins", list{&c.Origins, checkOrigin}, "", "browser origins allowed besides the service's own"},
		{"body_limit", size{&c.BodyLimit, 1, 1 << 30}, "1MiB", "largest HTTP request body"},
		{"message_limit", size{&c.MessageLimit, 1, 1 << 30}, "1MiB", "largest WebSocket message"},
		{"workers", whole{&c.Workers, 1, 10_000}, "8", "handlers that run at once"},
		{"queue", whole{&c.Queue, 1, 1_000_000}, "", "requests that wait before the answer is busy; default 4 × workers"},
		{"grace", span{&c.Grace, time.Millisecond, time.Hour}, "10s", "time to drain at shutdown"},
		{"ping", span{&c.Ping, time.Second, time.Hour}, "10s", "cadence of PING on the bus; dead after 2.5 of them"},
		{"state_dir", text{&c.StateDir, nil}, "", "directory of what survives a restart; default $STATE_DIRECTORY, else ~/.local/state/daebus"},
		{"log_level", level{&c.LogLevel}, "info", "debug, info, warn or error"},
		{"log_format", text{&c.LogFormat, checkLogFormat}, "text", "text or json"},
	}
}

// env is the setting's variable.
func (s setting) env() string { return "DAEBUS_" + strings.ToUpper(s.key) }

// flag is the setting's flag without dashes, "" for a secret: other users can
// read a command line.
func (s setting) flag() string {
	switch k := s.kind.(type) {
	case secret:
		return ""
	case foreign:
		return k.name
	}
	return strings.ReplaceAll(s.key, "_", "-")
}

// mask is text as others may see it.
func (s setting) mask(text string) string {
	if m, ok := s.kind.(interface{ mask(string) string }); ok {
		return m.mask(text)
	}
	return text
}
