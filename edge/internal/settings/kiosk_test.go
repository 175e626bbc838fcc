package settings_test

import (
	"bytes"
	"errors"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/edge/internal/settings"
)

// kiosk is a program with a setting of every kind.
type kiosk struct {
	Bus, HTTP, StateDir    string
	Password, PasswordFile string
	Origins                []string
	Limit                  int64
	Workers, Queue         int
	Grace, Ping            time.Duration
	Level                  slog.Level
}

var password = regexp.MustCompile(":[^:/@]*@")

func (k *kiosk) table() []settings.Setting {
	anything := func(s string) (string, error) { return strings.ToLower(s), nil }
	hide := func(s string) string { return password.ReplaceAllString(s, ":"+settings.Mask+"@") }
	return []settings.Setting{
		{Key: "bus", Kind: settings.Veiled(&k.Bus, nil, hide)},
		{Key: "bus_password", Kind: settings.Secret(&k.Password, &k.PasswordFile, "password of the bus")},
		{Key: "bus_password_file", Kind: settings.Text(&k.PasswordFile, nil)},
		{Key: "http", Kind: settings.Text(&k.HTTP, nil)},
		{Key: "origins", Kind: settings.List(&k.Origins, anything)},
		{Key: "body_limit", Kind: settings.Size(&k.Limit, 1, 1<<30), Default: "1MiB"},
		{Key: "workers", Kind: settings.Whole(&k.Workers, 1, 10_000), Default: "8"},
		{Key: "queue", Kind: settings.Whole(&k.Queue, 1, 1_000_000), Default: "32"},
		{Key: "grace", Kind: settings.Span(&k.Grace, time.Millisecond, time.Hour), Default: "10s"},
		{Key: "ping", Kind: settings.Span(&k.Ping, time.Second, time.Hour), Default: "10s"},
		{Key: "state_dir", Kind: settings.Text(&k.StateDir, nil)},
		{Key: "log_level", Kind: settings.Level(&k.Level), Default: "info"},
	}
}

// loaded is a kiosk and where its settings come from.
type loaded struct {
	kiosk
	*settings.Loaded
}

// load reads and completes the settings of a kiosk whose default file is path.
func load(t testing.TB, path string, flags *flag.FlagSet, args []string, environ ...string) (loaded, error) {
	t.Helper()
	var k kiosk
	found, err := settings.Load(k.table(), settings.Source{
		Service: "kiosk", File: path, Flags: flags, Args: args, Environ: environ,
	})
	if !found.Help && !found.Version {
		err = errors.Join(err, settings.Complete(k.table(), found.Getenv))
	}
	return loaded{k, found}, err
}

// writeFile writes kiosk.toml to a directory of its own, readable by its owner.
func writeFile(t testing.TB, content string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "kiosk.toml")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func printed(t testing.TB, l loaded) string {
	t.Helper()
	var b bytes.Buffer
	if err := l.Print(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
