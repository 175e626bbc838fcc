package edge

import (
	"errors"
	"flag"
	"io"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/daebus/daebus-go/edge/internal/settings"
)

// Settings is what [Load] found.
type Settings struct {
	// Config is complete: defaults are filled in and secrets are read.
	Config Config

	// What the command line asks for instead of a run. With Help or Version
	// nothing else has been looked at.
	Help, Version, PrintConfig bool

	loaded *settings.Loaded
}

// Load reads the settings of the service from the TOML file, from environ
// ("NAME=value") and from args (without the program's name), as the package
// comment says. It parses args with flags: those defined there before are the
// program's own settings, and a nil flags has none. Load reports every mistake it
// finds, joined, and shows no secret in them. The Settings are never nil; with an
// error only their Usage is of use.
func Load(service string, flags *flag.FlagSet, args, environ []string) (*Settings, error) {
	return load("/etc/daebus", service, flags, args, environ)
}

func load(etc, service string, flags *flag.FlagSet, args, environ []string) (*Settings, error) {
	return loadTable(table, settings.Source{
		Service: service,
		File:    filepath.Join(etc, service+".toml"),
		Flags:   flags,
		Args:    args,
		Environ: environ,
	})
}

func loadTable(table func(*Config) []settings.Setting, from settings.Source) (*Settings, error) {
	s := &Settings{}
	found, err := settings.Load(table(&s.Config), from)
	s.loaded = found
	s.Help, s.Version, s.PrintConfig = found.Help, found.Version, found.PrintConfig
	if s.Help || s.Version {
		return s, nil
	}
	return s, s.Config.complete(found.Getenv, err)
}

// Print writes every setting as TOML, with its origin as a comment and secrets
// masked. Unless a secret is masked, the same service loads the output back to
// the same Config.
func (s *Settings) Print(w io.Writer) error { return s.loaded.Print(w) }

// Usage writes what --help shows.
func (s *Settings) Usage(w io.Writer) { s.loaded.Usage(w) }

// table is behind the TOML file, the environment, the command line, the defaults,
// --print-config and --help. It points into c.
func table(c *Config) []settings.Setting {
	return []settings.Setting{
		{Key: "bus", Kind: settings.Veiled(&c.Bus, checkBus, maskBus),
			Help: "redis://, rediss://, redis+sentinel://, unix:// or embedded:// address; default: ask 127.0.0.1:6379, else host the broker there"},
		{Key: "bus_user", Kind: settings.Text(&c.BusUser, nil), Help: "ACL user on the bus"},
		{Key: "bus_password", Kind: settings.Secret(&c.BusPassword, &c.BusPasswordFile, "password of the bus"),
			Help: "password on the bus"},
		{Key: "bus_password_file", Kind: settings.Text(&c.BusPasswordFile, nil),
			Help: "file that holds the password on the bus"},
		{Key: "bus_ca", Kind: settings.Text(&c.BusCA, nil), Help: "PEM file of the authorities trusted for rediss://"},

		{Key: "http", Kind: settings.Text(&c.HTTP, checkListen),
			Help: "listen address host:port; default 127.0.0.1:8080 when the service has routes or sockets"},
		{Key: "token", Kind: settings.Secret(&c.Token, &c.TokenFile, "token of other machines"),
			Help: "what requests from other machines present, or none to let everybody in"},
		{Key: "token_file", Kind: settings.Text(&c.TokenFile, nil), Help: "file that holds the token"},
		{Key: "hosts", Kind: settings.List(&c.Hosts, cleanHost), Help: "names of this machine besides its host name; *.example.org is all below"},
		{Key: "tls_cert", Kind: settings.Text(&c.TLSCert, nil), Help: "PEM file of the certificate for HTTP, and its chain"},
		{Key: "tls_key", Kind: settings.Text(&c.TLSKey, nil), Help: "PEM file of its private key"},
		{Key: "origins", Kind: settings.List(&c.Origins, cleanOrigin),
			Help: "origins whose pages may do what the service's own may; * is every page there is"},
		{Key: "cors_methods", Kind: settings.List(&c.CORSMethods, cleanMethod), Help: "methods that those may use; default those that a path has"},
		{Key: "cors_headers", Kind: settings.List(&c.CORSHeaders, cleanHeader), Default: "Content-Type,Authorization",
			Help: "request headers that those may send; * is any"},
		{Key: "cors_expose", Kind: settings.List(&c.CORSExpose, cleanHeader), Help: "headers of answers that those may read"},
		{Key: "cors_credentials", Kind: settings.Yes(&c.CORSCredentials), Help: "whether requests of those carry cookies"},
		{Key: "cors_max_age", Kind: settings.Span(&c.CORSMaxAge, time.Second, 24*time.Hour), Default: "10m",
			Help: "how long a browser remembers what those may"},
		{Key: "body_limit", Kind: settings.Size(&c.BodyLimit, 1, 1<<30), Default: "1MiB", Help: "largest HTTP request body; those in flight may have 32MiB together, or one alone"},
		{Key: "message_limit", Kind: settings.Size(&c.MessageLimit, 1, 1<<30), Default: "1MiB", Help: "largest WebSocket message"},
		{Key: "message_rate", Kind: settings.Whole(&c.MessageRate, 0, 1_000_000),
			Help: "WebSocket messages a second from one peer; 0 is no limit"},
		{Key: "bridge", Kind: settings.List(&c.Bridge, cleanReach),
			Help: "services and bus channels that WebSocket clients reach, * for any ending; default the service itself"},
		{Key: "websocket", Kind: settings.Text(&c.WebSocket, checkListen),
			Help: "second listen address host:port, on which every path is the WebSocket's; default none"},
		{Key: "compression", Kind: settings.Text(&c.Compression, oneOf("none", "deflate")), Default: "none",
			Help: "of WebSocket messages: none or deflate"},

		{Key: "workers", Kind: settings.Whole(&c.Workers, 1, 10_000), Default: "8", Help: "handlers that run at once"},
		{Key: "queue", Kind: settings.Whole(&c.Queue, 1, 1_000_000),
			Help: "requests that wait before the answer is busy; default 4 × workers"},
		{Key: "grace", Kind: settings.Span(&c.Grace, time.Millisecond, time.Hour), Default: "10s", Help: "time to drain at shutdown"},
		{Key: "ping", Kind: settings.Span(&c.Ping, time.Second, time.Hour), Default: "10s",
			Help: "cadence of PING on the bus; dead after 2.5 of them"},

		{Key: "broker_memory", Kind: settings.Size(&c.BrokerMemory, 1<<20, 1<<30), Default: "32MiB",
			Help: "what keys, values and subscriptions may take in the broker that this process hosts"},
		{Key: "broker_policy", Kind: settings.Text(&c.BrokerPolicy, oneOf("noeviction", "volatile-ttl", "allkeys-lru")), Default: "noeviction",
			Help: "when that is full: noeviction, volatile-ttl or allkeys-lru"},
		{Key: "broker_clients", Kind: settings.Whole(&c.BrokerClients, 1, 100_000), Default: "1000",
			Help: "connections to the broker at a time"},
		{Key: "broker_dir", Kind: settings.Text(&c.BrokerDir, nil),
			Help: "directory of the broker's log, or none to keep nothing; default <state_dir>/broker"},
		{Key: "broker_persist", Kind: settings.List(&c.BrokerPersist, cleanPattern), Default: "*:stream",
			Help: "patterns of the keys that are logged"},
		{Key: "broker_fsync", Kind: settings.Text(&c.BrokerFsync, oneOf("always", "1s", "never")), Default: "1s",
			Help: "when what is logged is on the disk: always, before it is replied, 1s or never"},
		{Key: "broker_socket", Kind: settings.Text(&c.BrokerSocket, checkSocket),
			Help: "Unix socket on which the broker listens too"},
		{Key: "broker_socket_mode", Kind: settings.Text(&c.BrokerSocketMode, checkMode), Default: "660",
			Help: "permissions of that socket, in octal"},
		{Key: "broker_users_file", Kind: settings.Text(&c.BrokerUsersFile, nil),
			Help: "file of users and what they may do, as Redis' ACL files; default: all may do everything"},

		{Key: "state_dir", Kind: settings.Text(&c.StateDir, nil),
			Help: "directory of what survives a restart; default $STATE_DIRECTORY, else ~/.local/state/daebus"},
		{Key: "log_level", Kind: settings.Level(&c.LogLevel), Default: "info", Help: "debug, info, warn or error"},
		{Key: "log_format", Kind: settings.Text(&c.LogFormat, oneOf("text", "json")), Default: "text", Help: "text or json"},
	}
}

func checkListen(s string) error {
	host, port, err := net.SplitHostPort(s)
	if err != nil || port == "" || strings.ContainsAny(host, " /@?#") {
		return errors.New("want host:port, e.g. 127.0.0.1:8080, or :8080 for every address of the device")
	}
	return checkPort(port, 0)
}

// oneOf takes only what is among words.
func oneOf(words ...string) func(string) error {
	last := len(words) - 1
	want := "want " + strings.Join(words[:last], ", ") + " or " + words[last]
	return func(s string) error {
		if !slices.Contains(words, s) {
			return errors.New(want)
		}
		return nil
	}
}
