package edge_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge"
)

// writeFile writes kiosk.toml to a directory of its own, readable by its owner.
func writeFile(t testing.TB, content string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "kiosk.toml")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func load(t testing.TB, path string, flags *flag.FlagSet, args []string, environ ...string) (*edge.Settings, error) {
	t.Helper()
	return edge.LoadFrom(filepath.Dir(path), "kiosk", flags, args, environ)
}

func printed(t testing.TB, s *edge.Settings) string {
	t.Helper()
	var b bytes.Buffer
	if err := s.Print(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestEverySpellingOfEverySetting(t *testing.T) {
	for key, v := range map[string]string{
		"bus": `"redis://bus:6379"`, "bus_user": `"kiosk"`, "bus_password_file": "", "http": `"127.0.0.1:80"`, "token_file": "",
		"hosts": `["kiosk.example.org", "*.shop"]`, "cors_methods": `["GET", "POST"]`, "cors_headers": `"*"`,
		"cors_expose": `["X-A", "X-B"]`, "cors_credentials": "true", "cors_max_age": `"1h"`,
		"origins": `["http://a", "https://b:81"]`, "body_limit": `"2KiB"`, "message_limit": "100",
		"message_rate": "20", "compression": `"deflate"`, "bridge": `["coffee", "sensors.*"]`, "websocket": `"127.0.0.1:8081"`,
		"workers": "2", "queue": "3", "grace": `"1m"`, "ping": `"2s"`, "state_dir": `"/state"`,
		"log_level": `"debug"`, "log_format": `"json"`, "bus_ca": `"/ca.pem"`,
		"broker_memory": `"8MiB"`, "broker_policy": `"allkeys-lru"`, "broker_clients": "20",
		"broker_dir": `"/log"`, "broker_persist": `["*:stream", "Shop:*"]`, "broker_fsync": `"always"`,
		"broker_socket": `"/run/bus.sock"`, "broker_socket_mode": `"600"`, "broker_users_file": `"/users.acl"`,
	} {
		if strings.HasSuffix(key, "_file") && v == "" {
			v = `"` + writeFile(t, "a secret long enough") + `"`
		}
		toml, plain := key+" = "+v+"\n", strings.NewReplacer(`"`, "", "[", "", "]", "").Replace(v)
		var with []string // what it goes with
		switch {
		case strings.HasPrefix(key, "cors_"):
			with = []string{"DAEBUS_ORIGINS=https://shop.example"}
		case key == "bus_ca":
			with = []string{"DAEBUS_BUS=rediss://bus"}
		}
		file, err := load(t, writeFile(t, toml), nil, nil, with...)
		if err != nil {
			t.Errorf("%s: %v", toml, err)
			continue
		}
		env, err := load(t, "none", nil, nil, append(with, "DAEBUS_"+strings.ToUpper(key)+"="+plain)...)
		if err != nil || !reflect.DeepEqual(env.Config, file.Config) {
			t.Errorf("%s from the environment: got %v, %v, want %v", key, env, err, file.Config)
		}
		flags, err := load(t, "none", nil, []string{"--" + strings.ReplaceAll(key, "_", "-"), plain}, with...)
		if err != nil || !reflect.DeepEqual(flags.Config, file.Config) {
			t.Errorf("%s as a flag: got %v, %v, want %v", key, flags, err, file.Config)
		}
	}
}

func TestNothingShowsASecret(t *testing.T) {
	url := "redis://kiosk:" + secret + "@bus"
	var out bytes.Buffer
	for _, environ := range [][]string{
		{"DAEBUS_BUS=" + url, "DAEBUS_BUS_PASSWORD=" + secret},
		{"DAEBUS_BUS=" + url + ":99999"},
		{"DAEBUS_BUS=redis:/kiosk:" + secret + "@bus"},
		{"DAEBUS_BUS=redis://kiosk:" + secret + "/%zz@bus"},
		{"DAEBUS_BUS=" + url + "\n"},
		{"DAEBUS_BUS=redis://bus?password=" + secret},
		{"DAEBUS_BUS_PASSWRD=" + secret},
		{"DAEBUS_CONFIG=" + writeFile(t, "bus_pasword = '"+secret+"'\nbus = '"+url+"'\nbus_password = ['"+secret+"', 1]")},
		{"DAEBUS_CONFIG=" + writeFile(t, "bus_password = "+secret)},
		{"DAEBUS_CONFIG=" + writeFile(t, "bus_password = '"+secret+"'")},
		{"DAEBUS_BUS_PASSWORD_FILE=" + writeFile(t, secret)},
	} {
		s, err := load(t, "none", nil, nil, environ...)
		fmt.Fprintln(&out, s, err)
		if err == nil {
			fmt.Fprintf(&out, "%+v %#v", s, s)
			s.Usage(&out)
			out.WriteString(printed(t, s))
		}
	}
	_, err := load(t, "none", nil, []string{"--bus-password=" + secret})
	fmt.Fprintln(&out, err)
	_, err = load(t, "none", nil, []string{"--bus=" + url + "/x"})
	fmt.Fprintln(&out, err)
	if strings.Contains(out.String(), secret) {
		t.Errorf("shown in %s", out.String())
	}
}

func TestPasswordOfTheBus(t *testing.T) {
	for _, given := range []string{
		"DAEBUS_BUS_PASSWORD=" + secret,
		"DAEBUS_BUS_PASSWORD_FILE=" + writeFile(t, secret),
	} {
		s, err := load(t, "none", nil, nil, given)
		if err != nil || s.Config.BusPassword != secret {
			t.Errorf("%.20s: got %v, %v", given, s, err)
		}
	}
}

func TestHelpNamesEverySetting(t *testing.T) {
	s, err := load(t, "none", nil, []string{"--help"})
	if err != nil || !s.Help {
		t.Fatalf("got %+v, %v", s, err)
	}
	var b bytes.Buffer
	s.Usage(&b)
	for _, want := range []string{"--state-dir ", "  DAEBUS_BUS_PASSWORD ", "(10s)"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("got %s, want %s in it", b.String(), want)
		}
	}
}

func TestSettingsAreThereBesidesMistakes(t *testing.T) {
	s, err := load(t, "none", nil, nil, "DAEBUS_WORKERS=x")
	if err == nil || s.Help || s.Version || s.PrintConfig {
		t.Errorf("got %v, %v", s, err)
	}
}

func TestAMaskIsNotASecret(t *testing.T) {
	s, err := load(t, "none", nil, nil, "DAEBUS_BUS=redis://:x@bus", "DAEBUS_BUS_PASSWORD=x")
	if err != nil {
		t.Fatal(err)
	}
	_, err = load(t, writeFile(t, printed(t, s)), nil, nil)
	if err == nil || strings.Count(err.Error(), "the secret is masked") != 2 {
		t.Errorf("got %v, want two refusals", err)
	}
}

// FuzzEnvironment holds that no value of any setting makes loading panic, and that
// what is printed of it loads back to the same Config. A value from the
// environment may be any bytes.
func FuzzEnvironment(f *testing.F) {
	f.Add("BUS", "redis://user:secret@host:6379/0")
	f.Add("BUS", "redis:/user:secret@host?x#y")
	f.Add("BUS", "unix:///a@b")
	f.Add("ORIGINS", "http://a\",http://b\x01")
	f.Add("BODY_LIMIT", "9223372036854775807GiB")
	f.Add("HOSTS", "*.Example.org., a")
	f.Add("CORS_METHODS", "get, post")
	f.Add("CORS_HEADERS", "*,x-a")
	f.Add("CORS_CREDENTIALS", "true")
	f.Add("TOKEN", "0123456789abcdef")
	f.Add("GRACE", "1h0m0.5s")
	f.Add("LOG_LEVEL", "info+9223372036854775807")
	f.Add("STATE_DIR", "\xff\u2028\"")
	f.Add("BROKER_PERSIST", "*:Stream, [a-z\\]*,")
	path := filepath.Join(f.TempDir(), "kiosk.toml")
	f.Fuzz(func(t *testing.T, name, value string) {
		if name == "CONFIG" || name == "BUS_PASSWORD_FILE" || name == "TOKEN_FILE" || strings.Contains(name, "=") {
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
		if err := os.WriteFile(path, []byte(out), 0o600); err != nil {
			t.Fatal(err)
		}
		back, err := load(t, path, nil, nil)
		if err != nil || !reflect.DeepEqual(back.Config, s.Config) {
			t.Errorf("%q=%q\nprinted %s\nloads as %v, %v\nwant %v", name, value, out, back, err, s.Config)
		}
	})
}
