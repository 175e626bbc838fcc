// Package edge runs a daebus.App on a device.
//
// # Configuration
//
// A [Config] is all there is to configure, and its zero value works. Each
// setting has one name in three spellings: state_dir in the TOML file,
// DAEBUS_STATE_DIR in the environment, --state-dir on the command line. Where
// several are given, the later of this list wins:
//
//  1. the default stated at the field
//  2. the TOML file: --config, else DAEBUS_CONFIG, else
//     /etc/daebus/<service>.toml if it is there
//  3. the environment; an empty variable counts as not set
//  4. the command line
//
// Durations carry their unit ("10s", "1m30s"). Sizes are bytes, or whole numbers
// with B, KiB, MiB or GiB ("1MiB"). Lists are arrays in TOML and separated by
// commas elsewhere. A key, variable or flag nobody knows is an error that names
// the nearest one; all mistakes are reported together. Variables that begin with
// DAEBUS_TEST_ or DAEBUS_REQUIRE_ belong to tests and are ignored.
//
// A program's own flags are settings like the others: a flag "sysfs-root",
// defined on flag.CommandLine before Main runs, is also the key sysfs_root and
// the variable DAEBUS_SYSFS_ROOT. Its value is shown as it is, so it must not be
// a secret.
//
// A secret has no flag, because other users can read a command line. It comes
// from its variable, from a file named by the same setting with _file behind it,
// from the TOML file, or, when none of them is given, from the systemd
// credential of its name (LoadCredential=bus_password:...). A file that holds a
// secret must not be readable by everybody. Secrets are shown as ********.
//
// --print-config prints every setting as TOML, with its origin as a comment.
//
// # The broker
//
// With [Config.Bus] empty the services of a machine meet at 127.0.0.1:6379. Where
// nobody listens, the one that locks [Config.BrokerDir] opens the log that is
// there, listens and serves; the others join it. When it ends, however that
// happens, the next has the lock, and the log. A process that cannot use the
// directory says so and hosts nothing, unless BrokerDir is "none". So services
// that may host for one another are of one user and have one directory; others
// share a broker of its own: [MainBroker], which is the command daebus broker.
//
// # Other machines
//
// HTTP and WebSocket are served to this machine alone, unless [Config.HTTP] is an
// address that others reach. Then there is a [Config.Token], which requests from
// elsewhere present: programs as Authorization: Bearer, never in the address;
// browsers as a cookie, which they get by a link. Whoever is in already makes
// one, on the device or with the token:
//
//	$ curl -X POST http://127.0.0.1:8080/daebus/login
//	{"expires_in":600,"link":"http://kiosk.local:8080/daebus/login?key=…"}
//
// A link holds once, for ten minutes, and until the service restarts. The cookie
// follows from the token: it outlives a restart, and ends when the token is
// changed. Requests from the machine itself need neither. A proxy on it makes all
// the world look like that; one that says so, by Forwarded, X-Forwarded-For or
// X-Real-IP, does not. /healthz and /readyz tell everybody whether the service is
// well, and the rest only to those with the token.
//
// With [Config.TLSCert] and [Config.TLSKey] all of it speaks TLS. The files are
// read again when they have changed.
//
// # Web pages
//
// A browser on the machine, or with the cookie, shows pages from anywhere, so
// what a page may do depends on its origin. The service's own pages may do
// everything, and those of [Config.Origins] too: by CORS, whose other settings
// begin with cors_. Of the rest none opens a WebSocket, sends a request other
// than GET, HEAD or OPTIONS, or reads an answer. A request that calls the machine
// by a name that is neither its own nor one of [Config.Hosts] is answered with
// 421: a page whose name was made to mean this address would count as its own.
//
// Who has a WebSocket speaks to the service's sockets and asks for its actions.
// [Config.Bridge] says which other services and channels of the bus he reaches.
// Whatever it says, no inbox is among them and nothing that services ask each
// other. Clients of the original may expect the WebSocket on a port of its own:
// [Config.WebSocket].
package edge
