package edge

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/daebus/daebus-go/edge/internal/settings"
)

// brokerTable are the settings of a process that is only the broker.
func brokerTable(c *Config) []settings.Setting {
	shared := []string{"bus_password", "bus_password_file", "state_dir", "log_level", "log_format"}
	these := slices.DeleteFunc(table(c), func(s settings.Setting) bool {
		return !strings.HasPrefix(s.Key, "broker_") && !slices.Contains(shared, s.Key)
	})
	end := slices.IndexFunc(these, func(s settings.Setting) bool { return s.Key == "state_dir" })
	return slices.Insert(these, end,
		settings.Setting{Key: "broker_tls", Kind: settings.Text(&c.BrokerTLS, checkListen),
			Help: "address host:port on which the broker listens with TLS too"},
		settings.Setting{Key: "broker_tls_cert", Kind: settings.Text(&c.BrokerTLSCert, nil),
			Help: "PEM file of the certificate for that, and its chain"},
		settings.Setting{Key: "broker_tls_key", Kind: settings.Text(&c.BrokerTLSKey, nil),
			Help: "PEM file of its private key"},
	)
}

// listenFlag is the address of a broker that is a process of its own.
type listenFlag string

func (l *listenFlag) String() string { return string(*l) }

func (l *listenFlag) Set(s string) error {
	if checkListen(s) != nil || strings.HasPrefix(s, ":") {
		return errors.New("want host:port, e.g. 127.0.0.1:6379, or 0.0.0.0:6379 for every address of the device")
	}
	*l = listenFlag(s)
	return nil
}

// cleanPattern takes any pattern.
func cleanPattern(s string) (string, error) { return s, nil }

// maxSocket is what the system takes, less the zero at its end.
const maxSocket = 107

func checkSocket(s string) error {
	if !filepath.IsAbs(s) || len(s) > maxSocket {
		return fmt.Errorf("want an absolute path of at most %d bytes, e.g. /run/daebus-broker/bus.sock", maxSocket)
	}
	return nil
}

func checkMode(s string) error {
	_, err := parseMode(s)
	return err
}

// parseMode reads permissions as chmod takes them.
func parseMode(s string) (fs.FileMode, error) {
	n, err := strconv.ParseUint(s, 8, 32)
	if err != nil || n == 0 || n > 0o777 {
		return 0, errors.New("want permissions in octal, e.g. 660")
	}
	return fs.FileMode(n), nil
}
