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
package edge
