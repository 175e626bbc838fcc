package edge_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge"
)

// FuzzFile holds that no file makes loading panic, and that what is printed of a
// file's settings loads back to the same ones.
func FuzzFile(f *testing.F) {
	for _, seed := range []string{
		"",
		"workers = 8 # default\nqueue = 0x20\n",
		"bus = \"redis://bus:6379/1\"\norigins = ['http://a', \"HTTPS://B:1\", '']\n",
		"grace = \"1h\"\nping = '90s'\nbody_limit = 1024\nmessage_limit = '3 KiB'\n",
		"log_level = 'WARN+1'\nlog_format = \"json\"\nstate_dir = '''/s\"\\tate'''\n",
		"bus_password = \"x\"\nbus = 'redis://u:p@h'\n",
		"[bus]\nuser.name = 1\n[[x]]\ny = 2021-01-01",
		"bus_ca = \"\\u0085\"\nbus = 'rediss://h'\n",
	} {
		f.Add(seed)
	}
	path := filepath.Join(f.TempDir(), "kiosk.toml")
	again := filepath.Join(f.TempDir(), "kiosk.toml")
	f.Fuzz(func(t *testing.T, content string) {
		if strings.Contains(content, "_file") {
			return // names files of the machine
		}
		write(t, path, content)
		s, err := load(t, path, nil, nil)
		if err != nil {
			return
		}
		out := printed(t, s)
		write(t, again, out)
		back, err := load(t, again, nil, nil)
		if strings.Contains(out, "********") {
			return // a masked secret is refused; other texts may have stars in them
		}
		if err != nil || !reflect.DeepEqual(back.Config, s.Config) {
			t.Errorf("%q\nprinted %s\nloads as %v, %v\nwant %v", content, out, back, err, s.Config)
		}
	})
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// FuzzEnvironment holds the same of a value from the environment, which may be
// any bytes, and that a password in a bus address stays hidden.
func FuzzEnvironment(f *testing.F) {
	f.Add("BUS", "redis://user:secret@host:6379/0")
	f.Add("BUS", "redis:/user:secret@host?x#y")
	f.Add("BUS", "unix:///a@b")
	f.Add("ORIGINS", "http://a\",http://b\x01")
	f.Add("BODY_LIMIT", "9223372036854775807GiB")
	f.Add("GRACE", "1h0m0.5s")
	f.Add("LOG_LEVEL", "info+9223372036854775807")
	f.Add("STATE_DIR", "\xff\u2028\"")
	path := filepath.Join(f.TempDir(), "kiosk.toml")
	f.Fuzz(func(t *testing.T, name, value string) {
		if name == "CONFIG" || name == "BUS_PASSWORD_FILE" || strings.Contains(name, "=") {
			return
		}
		s, err := load(t, "none", nil, nil, "DAEBUS_"+name+"="+value)
		if err != nil {
			return
		}
		out := printed(t, s)
		if strings.Contains(out, "********") {
			return
		}
		write(t, path, out)
		back, err := load(t, path, nil, nil)
		if err != nil || !reflect.DeepEqual(back.Config, s.Config) {
			t.Errorf("%q=%q\nprinted %s\nloads as %v, %v\nwant %v", name, value, out, back, err, s.Config)
		}
	})
}

// FuzzMaskBus holds that a password between the colon of the user and the last @
// is never shown, whatever surrounds it.
func FuzzMaskBus(f *testing.F) {
	f.Add("redis://", "user", "@host:6379")
	f.Add("redis:/", "", "@host?x")
	f.Add("", "a://b", "@")
	f.Fuzz(func(t *testing.T, scheme, user, host string) {
		const password = "hunter2Z"
		if strings.Contains(scheme+user+host, "unter") || !strings.Contains(host, "@") || strings.HasPrefix(scheme, "unix:///") {
			return
		}
		if got := edge.MaskBus(scheme + user + ":" + password + host); strings.Contains(got, password) {
			t.Errorf("shown in %s", got)
		}
	})
}
