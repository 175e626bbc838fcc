package edge

import (
	"errors"
	"fmt"
	"net"
	"os"

	"github.com/daebus/daebus-go/edge/broker"
	"github.com/daebus/daebus-go/edge/internal/host"
)

// hostConfig says how the process called name hosts the broker behind its main
// door, the Unix socket, and more.
func hostConfig(cfg *Config, name string, main door, more ...door) (host.Config, error) {
	doors := []door{main}
	if path := cfg.BrokerSocket; path != "" {
		mode, _ := parseMode(cfg.BrokerSocketMode) // checked when the configuration was read
		doors = append(doors, door{path, "broker-socket", func() (net.Listener, error) { return listenUnix(path, mode) }})
	}
	doors = append(doors, more...)
	users, err := readUsers(cfg.BrokerUsersFile)
	if err != nil {
		return host.Config{}, fmt.Errorf("config: broker_users_file %q: %w", cfg.BrokerUsersFile, err)
	}
	to := brokerConfig(cfg)
	to.Users = users
	return host.Config{
		Name:   name,
		Listen: func() ([]net.Listener, error) { return openDoors(doors) },
		Broker: to,
	}, nil
}

func readUsers(file string) ([]broker.User, error) {
	if file == "" {
		return nil, nil
	}
	if err := guarded(file); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return broker.ParseUsers(string(text))
}

// guarded refuses a file with a secret that everybody can read.
func guarded(file string) error {
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o004 != 0 {
		return fmt.Errorf("everybody can read it; run: chmod o-r %s", file)
	}
	return nil
}

// brokerConfig has the broker take what may come in by the other doors, and the
// envelope around it. A service with hundreds of callers is a subscriber with
// megabytes on the way to it, none of them stalled.
func brokerConfig(cfg *Config) broker.Config {
	const most, envelope = 64 << 20, 64 << 10
	message := int(min(max(cfg.BodyLimit, cfg.MessageLimit), most)) + envelope
	policy, _ := broker.ParsePolicy(cfg.BrokerPolicy) // checked when the configuration was read
	c := broker.Config{
		Password:   cfg.BusPassword,
		MaxClients: cfg.BrokerClients,
		MaxMemory:  int(cfg.BrokerMemory),
		Policy:     policy,
		Dir:        cfg.BrokerDir,
		Persist:    cfg.BrokerPersist,
		Fsync:      cfg.BrokerFsync,
		MaxBulk:    max(message, 4<<20),
		HardOutput: max(2*message, 8<<20),
		Logger:     cfg.Logger,
	}
	if c.Dir == keepNothing {
		c.Dir = ""
	}
	return c
}

// keepNothing is the Config.BrokerDir of a broker that has none.
const keepNothing = "none"

var errNoDir = errors.New("broker: no directory for its log is known; choose one with --broker-dir, or none to keep nothing")
