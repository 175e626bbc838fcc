package settings_test

import (
	"strings"
	"testing"
)

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
		if err != nil || s.Workers != tt.want {
			t.Errorf("%v %v: got %v, %v, want workers %d", tt.args, tt.env, s, err, tt.want)
		}
	}
	if _, err := load(t, "none", nil, nil); err != nil {
		t.Errorf("no default file: %v", err)
	}
	for _, missing := range [][]string{{"--config", "/nowhere.toml"}, {"--config", t.TempDir()}} {
		if _, err := load(t, a, nil, missing); err == nil {
			t.Errorf("%v: got no error", missing)
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
