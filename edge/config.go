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
	// free one. Other machines reach what is not a loopback address, which wants a
	// Token.
	HTTP string

	// Token is what HTTP and WebSocket requests from other machines present, of 16
	// characters or more; see the package comment. "none" lets everybody in. The
	// default, none at all, goes with loopback addresses only.
	Token     string
	TokenFile string // file read for Token when that is empty; default none

	// Hosts are names by which others call this machine, besides its addresses,
	// localhost, its host name and that below .local: *.example.org stands for all
	// that end so. Default none. Requests that call it otherwise are refused.
	Hosts []string

	TLSCert string // PEM file of the certificate for HTTP, with its chain, read again when it changes; default no TLS
	TLSKey  string // PEM file of its key, which not everybody may read

	// Origins are those whose pages may do what the service's own may, as
	// scheme://host[:port]: open WebSockets, and ask over HTTP by CORS. "*" alone
	// is every page there is. Default none, where no setting of CORS makes sense.
	Origins         []string
	CORSMethods     []string      // methods that pages of Origins may use; default those that a path has
	CORSHeaders     []string      // request headers that they may send, "*" for any; default Content-Type and Authorization
	CORSExpose      []string      // headers of answers that they may read; default none besides the usual
	CORSCredentials bool          // whether their requests carry cookies, which "*" among Origins rules out; default false
	CORSMaxAge      time.Duration // how long a browser remembers that, 1 s to 24 h; default 10 m

	// BodyLimit is how many bytes a HTTP request body may have, 1 to 1 GiB. What was
	// read of the bodies of all requests in flight may be 32 MiB, or BodyLimit where
	// that is more; who sends more is answered 503 and may try again. Default 1 MiB.
	BodyLimit int64

	MessageLimit int64  // bytes of a WebSocket message, 1 to 1 GiB; default 1 MiB
	MessageRate  int    // WebSocket messages a second from one peer, of which ten seconds' worth may come at once, up to 1,000,000; default no limit
	Compression  string // of WebSocket messages, for peers that offer it: none, or deflate, which costs time and memory; default none

	// Bridge lists the services and bus channels that WebSocket clients reach: they
	// call the actions of the services, publish, and subscribe. A trailing * stands
	// for any ending. A list replaces the default, which is the service itself;
	// "none" alone is nothing at all.
	Bridge []string

	// WebSocket is a second listen address host:port, for clients that expect the
	// WebSocket on a port of its own, as the original has it: there every path is
	// the WebSocket's. It is always at /ws on HTTP too. Default none.
	WebSocket string

	// Workers and Queue are shared by all handlers of messages: one action may have
	// all workers but one, and where there are other actions or listeners an action
	// or a listener may fill three quarters of the queue.
	Workers int           // handlers that run at once, 1 to 10,000; default 8
	Queue   int           // requests that wait before the answer is busy, 1 to 1,000,000; default 4 × Workers
	Grace   time.Duration // time to drain at shutdown, 1 ms to 1 h; default 10 s
	Ping    time.Duration // cadence of PING on the link, which is dead after 2.5 of them, 1 s to 1 h; default 10 s

	// The broker that this process hosts: with embedded://, or by default when
	// nobody else does. Services that may host for one another are given the same
	// of these, and the same BrokerDir above all.
	BrokerMemory  int64  // bytes of keys, values and subscriptions, 1 MiB to 1 GiB; default 32 MiB
	BrokerPolicy  string // what goes when that is full: noeviction, nothing, and writes fail; volatile-ttl, keys with an expiry, the soonest first; allkeys-lru, keys long unused; default noeviction
	BrokerClients int    // connections at a time, 1 to 100,000; default 1000

	// BrokerDir is the directory of the log of the keys that survive a restart and
	// a power cut. Only one process at a time can host a broker with it, and takes
	// over what is in it. "none" keeps nothing. The default is broker in StateDir;
	// where that is not known either, hosting is an error.
	BrokerDir string

	// BrokerPersist are patterns, as KEYS takes them, of the keys that are logged.
	// The default "*:stream" is every stream of durable events. All else is
	// traffic that has no use after a restart, and would wear a flash card: RPC
	// queues and results, schemas that are told anew each minute, caches. "*"
	// logs every key.
	BrokerPersist []string
	BrokerFsync   string // when what is logged is on the disk: always, before it is replied; 1s, a second later; never, when the system likes; default 1s

	BrokerSocket     string // path of a Unix socket to listen on too; default none
	BrokerSocketMode string // permissions of BrokerSocket in octal; default 660

	// BrokerUsersFile holds who may do what on the broker, in the words of Redis'
	// ACL files, one user a line: user kiosk on >secret ~shop:* &door* +@all. Not
	// everybody may read it. BusUser is one of them. Default
	// none: whoever knows BusPassword may do everything.
	BrokerUsersFile string

	// What has a name that begins with BrokerTLS is for RunBroker; Run refuses it.
	BrokerTLS     string // address host:port to listen on with TLS too; default none
	BrokerTLSCert string // PEM file of the certificate for BrokerTLS, with its chain, read again when it changes
	BrokerTLSKey  string // PEM file of its key, which not everybody may read

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
	if c.BrokerDir == "" && c.StateDir != "" {
		c.BrokerDir = filepath.Join(c.StateDir, "broker")
	}
	switch tls := c.BrokerTLS != ""; {
	case err != nil:
	case tls != (c.BrokerTLSCert != "") || tls != (c.BrokerTLSKey != ""):
		return errors.New("config: broker_tls, broker_tls_cert and broker_tls_key: want all three, or none")
	case c.BusCA != "" && !strings.HasPrefix(c.Bus, "rediss://"):
		return fmt.Errorf("config: bus_ca %q: bus does not use TLS; want bus = \"rediss://host:port\", or no bus_ca", c.BusCA)
	default:
		return c.checkWeb()
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
