package settings_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestFileThatIsNotTOML(t *testing.T) {
	for content, want := range map[string]string{
		"workers = 1\nbus_password = hunter2Z":    "line 2: not TOML",
		"workers = 1\nworkers = 2":                `line 2: the key "workers" is given twice`,
		"bus = 'redis://:hunter2Z@bus":            "line 1: not TOML",
		"\x00":                                    "not TOML",
		strings.Repeat("#", 16<<10) + "\n":        "want at most 16384 bytes",
		"bus_password = 'hunter2Z'\n'hunter2Z'='": "line 2: not TOML",
	} {
		_, err := load(t, writeFile(t, content), nil, nil)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), secret) {
			t.Errorf("%.40q: got %v, want %s and no secret", content, err, want)
		}
	}
}

// FuzzFile holds that no file makes loading panic, and that what is printed of a
// file's settings loads back to the same ones.
func FuzzFile(f *testing.F) {
	for _, seed := range []string{
		"",
		"workers = 8 # default\nqueue = 0x20\n",
		"bus = \"redis://bus:6379/1\"\norigins = ['http://a', \"HTTPS://B:1\", '']\n",
		"grace = \"1h\"\nping = '90s'\nbody_limit = '3 KiB'\n",
		"log_level = 'WARN+1'\nhttp = \"json\"\nstate_dir = '''/s\"\\tate'''\n",
		"bus_password = \"x\"\nbus = 'redis://u:p@h'\n",
		"body_limit = 1024\n",
		"[bus]\nuser.name = 1\n[[x]]\ny = 2021-01-01",
		"state_dir = \"\\u0085\"\nbus = 'rediss://h'\n",
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
		if err != nil || !reflect.DeepEqual(back.kiosk, s.kiosk) {
			t.Errorf("%q\nprinted %s\nloads as %v, %v\nwant %v", content, out, back, err, s.kiosk)
		}
	})
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
