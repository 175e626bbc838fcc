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

func TestLaterOriginsWin(t *testing.T) {
	path := writeFile(t, "workers = 1\nqueue = 1\nhttp = \":1\"\n")
	s, err := load(t, path, nil, []string{"--http", ":3"}, "DAEBUS_QUEUE=2", "DAEBUS_HTTP=:2", "DAEBUS_GRACE=")
	if err != nil {
		t.Fatal(err)
	}
	out := printed(t, s)
	for _, want := range []string{
		"grace = \"10s\" # default\n",
		"workers = 1 # " + path + ":1\n",
		"queue = 2 # DAEBUS_QUEUE\n",
		"http = \":3\" # --http\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("got %s, want %s in it", out, want)
		}
	}
}

func TestWhichFileIsRead(t *testing.T) {
	a, b, c := writeFile(t, "workers = 1"), writeFile(t, "workers = 2"), writeFile(t, "workers = 3")
	for _, tt := range []struct {
		args, env []string
		want      int
	}{
		{nil, nil, 1},
		{nil, []string{"DAEBUS_CONFIG=" + b}, 2},
		{[]string{"--config", c}, []string{"DAEBUS_CONFIG=" + b}, 3},
	} {
		s, err := load(t, a, nil, tt.args, tt.env...)
		if err != nil || s.Config.Workers != tt.want {
			t.Errorf("%v %v: got %v, %v, want workers %d", tt.args, tt.env, s, err, tt.want)
		}
	}
	if _, err := edge.LoadFrom(t.TempDir(), "kiosk", nil, nil, nil); err != nil {
		t.Errorf("no default file: %v", err)
	}
	for _, missing := range [][]string{{"--config", "/nowhere.toml"}, {"--config", t.TempDir()}} {
		if _, err := load(t, a, nil, missing); err == nil {
			t.Errorf("%v: got no error", missing)
		}
	}
}

func TestEverySpellingOfEverySetting(t *testing.T) {
	for key, v := range map[string]string{
		"bus": `"redis://bus:6379"`, "bus_user": `"kiosk"`, "bus_password_file": "", "http": `":80"`,
		"origins": `["http://a", "https://b:81"]`, "body_limit": `"2KiB"`, "message_limit": "100",
		"workers": "2", "queue": "3", "grace": `"1m"`, "ping": `"2s"`, "state_dir": `"/state"`,
		"log_level": `"debug"`, "log_format": `"json"`, "bus_ca": `"/ca.pem"`,
	} {
		if key == "bus_password_file" {
			v = `"` + writeFile(t, "secret") + `"`
		}
		toml, plain := key+" = "+v+"\n", strings.NewReplacer(`"`, "", "[", "", "]", "").Replace(v)
		bus := "rediss://bus"
		if key == "bus" {
			bus = ""
		}
		file, err := load(t, writeFile(t, toml), nil, nil, "DAEBUS_BUS="+bus)
		if err != nil {
			t.Errorf("%s: %v", toml, err)
			continue
		}
		env, err := load(t, "none", nil, nil, "DAEBUS_BUS="+bus, "DAEBUS_"+strings.ToUpper(key)+"="+plain)
		if err != nil || !reflect.DeepEqual(env.Config, file.Config) {
			t.Errorf("%s from the environment: got %v, %v, want %v", key, env, err, file.Config)
		}
		flags, err := load(t, "none", nil, []string{"--" + strings.ReplaceAll(key, "_", "-"), plain}, "DAEBUS_BUS="+bus)
		if err != nil || !reflect.DeepEqual(flags.Config, file.Config) {
			t.Errorf("%s as a flag: got %v, %v, want %v", key, flags, err, file.Config)
		}
	}
}

func TestAllMistakesAtOnce(t *testing.T) {
	path := writeFile(t, `worker = 4
queue = 0
grace = 10
[bus]
port = 1
[kiosk]
x.y = 1
`)
	_, err := load(t, path, nil, []string{"--ping", "soon", "stray"},
		"DAEBUS_WORKERS=x", "DAEBUS_STATEDIR=/state", "DAEBUS_TEST_REDIS=1", "DAEBUS_REQUIRE_REDIS=1", "DAEBUS_ZZZZZZZZ=1",
		"DAEBUS_BUS_PASSWORD_FILE=/nowhere")
	for _, want := range []string{
		`config: ` + path + `:1: unknown key "worker"; did you mean "workers"?`,
		`config: ` + path + `:2: queue="0": want a whole number from 1 to 1000000, e.g. 8`,
		`config: ` + path + `:3: grace="10": want a duration with its unit`,
		`config: ` + path + `:4: bus: want a text, a number or a list of texts`,
		`config: ` + path + `:6: unknown key "kiosk"; see --help`,
		`config: --ping="soon": want a duration with its unit from 1s to 1h, e.g. 10s`,
		`config: argument "stray": want only flags; see --help`,
		`config: DAEBUS_WORKERS="x": want a whole number from 1 to 10000, e.g. 8`,
		`config: unknown variable DAEBUS_STATEDIR; did you mean DAEBUS_STATE_DIR?`,
		`config: unknown variable DAEBUS_ZZZZZZZZ; see --help`,
		`config: bus_password_file "/nowhere"`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v\nwant it to say %s", err, want)
		}
	}
	if err != nil && (strings.Contains(err.Error(), "REDIS") || len(strings.Split(err.Error(), "\n")) != 11) {
		t.Errorf("got %v\nwant 11 mistakes, none about the variables of tests", err)
	}
}

func TestUnknownFlag(t *testing.T) {
	_, err := load(t, "none", nil, []string{"--worker", "3"})
	if err == nil || !strings.Contains(err.Error(), "did you mean --workers?") {
		t.Errorf("got %v, want a proposal", err)
	}
}

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

func TestOwnFlagsAreSettings(t *testing.T) {
	own := func() (*flag.FlagSet, *string, *bool) {
		flags := flag.NewFlagSet("sensor", flag.ExitOnError)
		flags.Func("once", "a function has no value", func(string) error { return nil })
		return flags, flags.String("sysfs-root", "/sys", "where sensors are"), flags.Bool("dry", false, "read nothing")
	}
	path := writeFile(t, "sysfs_root = '/file'\ndry = true\n")

	flags, root, dry := own()
	s, err := load(t, path, flags, nil)
	if err != nil || *root != "/file" || !*dry {
		t.Errorf("file: got %q %v, %v", *root, *dry, err)
	}
	if out := printed(t, s); !strings.Contains(out, "sysfs_root = \"/file\" # "+path+":1\n") ||
		!strings.Contains(out, "dry = true # "+path+":2\n") || strings.Contains(out, "once") {
		t.Errorf("got %s, want the program's flags in it", out)
	}
	flags, root, dry = own()
	if _, err := load(t, path, flags, []string{"--dry=false"}, "DAEBUS_SYSFS_ROOT=/env"); err != nil || *root != "/env" || *dry {
		t.Errorf("environment and flag: got %q %v, %v", *root, *dry, err)
	}
	flags, _, _ = own()
	flags.Int("workers", 1, "")
	if _, err := load(t, "none", flags, nil); err == nil || !strings.Contains(err.Error(), "own flag --workers has the name of a setting") {
		t.Errorf("same name: got %v", err)
	}
}

func TestHelpAndVersionLookNoFurther(t *testing.T) {
	for _, arg := range []string{"--help", "-h", "--version"} {
		s, err := load(t, "none", nil, []string{arg}, "DAEBUS_WORKERS=x")
		if err != nil || s.Help == (arg == "--version") || s.Version != (arg == "--version") {
			t.Errorf("%s: got %+v, %v", arg, s, err)
		}
	}
	s, err := load(t, "none", nil, []string{"--print-config"})
	if err != nil || !s.PrintConfig {
		t.Errorf("--print-config: got %+v, %v", s, err)
	}
	var b bytes.Buffer
	s.Usage(&b)
	for _, want := range []string{"Usage: kiosk", "--state-dir ", "  DAEBUS_BUS_PASSWORD ", "(10s)", "--config FILE"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("got %s, want %s in it", b.String(), want)
		}
	}
	if strings.Contains(b.String(), "--bus-password ") {
		t.Error("a secret has a flag")
	}
}

func TestPasswordOrigins(t *testing.T) {
	private := writeFile(t, secret)
	credentials := t.TempDir()
	if err := os.WriteFile(filepath.Join(credentials, "bus_password"), []byte("credential"), 0o600); err != nil {
		t.Fatal(err)
	}
	byFile, byText := fmt.Sprintf("bus_password_file = %q", private), "bus_password = \"toml\""
	for _, tt := range []struct {
		toml, env      string
		want, printing string
	}{
		{"", "", "credential", "# bus_password = \"********\" # credential bus_password\n"},
		{byFile, "", secret, "# bus_password = \"********\" # " + private + "\n"},
		{byText, "", "toml", "\nbus_password = \"********\" # "},
		{byFile, "DAEBUS_BUS_PASSWORD=env", "env", "\nbus_password = \"********\" # DAEBUS_BUS_PASSWORD\nbus_password_file = \"\" # default\n"},
		{byText, "DAEBUS_BUS_PASSWORD_FILE=" + private, secret, "# bus_password = \"********\" # " + private + "\n"},
	} {
		s, err := load(t, writeFile(t, tt.toml), nil, nil, tt.env, "CREDENTIALS_DIRECTORY="+credentials)
		if err != nil || s.Config.BusPassword != tt.want {
			t.Errorf("%s %s: got %v, %v, want %s", tt.toml, tt.env, s, err, tt.want)
			continue
		}
		if out := printed(t, s); !strings.Contains(out, tt.printing) || strings.Contains(out, tt.want+`"`) {
			t.Errorf("%s %s: got %s, want %s in it", tt.toml, tt.env, out, tt.printing)
		}
	}
	_, err := load(t, writeFile(t, byFile+"\n"+byText), nil, nil)
	if err == nil || !strings.Contains(err.Error(), "both give the password of the bus; keep one") {
		t.Errorf("both in the file: got %v", err)
	}
}

func TestSecretsNeedAClosedFile(t *testing.T) {
	for content, secret := range map[string]bool{
		"bus_password = 'x'": true, "bus = 'redis://:x@bus'": true, "bus = 'redis://kiosk@bus'": false, "workers = 3": false,
	} {
		path := writeFile(t, content)
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := load(t, path, nil, nil)
		if (err != nil) != secret || secret && !strings.Contains(err.Error(), "chmod o-r "+path) {
			t.Errorf("%s: got %v", content, err)
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
