package edge_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/edge"
)

func env(pairs ...string) func(string) string {
	m := map[string]string{}
	for _, p := range pairs {
		name, value, _ := strings.Cut(p, "=")
		m[name] = value
	}
	return func(name string) string { return m[name] }
}

func TestZeroConfigGetsTheDefaults(t *testing.T) {
	var got edge.Config
	if err := edge.Complete(&got, env("HOME=/home/kiosk")); err != nil {
		t.Fatal(err)
	}
	want := edge.Config{
		Workers: 8, Queue: 32, Grace: 10 * time.Second, Ping: 10 * time.Second,
		BodyLimit: 1 << 20, MessageLimit: 1 << 20, Compression: "none", LogFormat: "text",
		CORSHeaders: []string{"Content-Type", "Authorization"}, CORSMaxAge: 10 * time.Minute,
		StateDir:     "/home/kiosk/.local/state/daebus",
		BrokerMemory: 32 << 20, BrokerPolicy: "noeviction", BrokerClients: 1000,
		BrokerDir:     "/home/kiosk/.local/state/daebus/broker",
		BrokerPersist: []string{"*:stream"}, BrokerFsync: "1s", BrokerSocketMode: "660",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if err := edge.Complete(&got, env()); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("completed again: got %v, %v, want no change", got, err)
	}
}

func TestQueueFollowsWorkers(t *testing.T) {
	c := edge.Config{Workers: 3}
	if err := edge.Complete(&c, env()); err != nil || c.Queue != 12 {
		t.Errorf("got queue %d, %v, want 12", c.Queue, err)
	}
}

func TestStateDir(t *testing.T) {
	for _, tt := range []struct {
		env  []string
		want string
	}{
		{[]string{"STATE_DIRECTORY=/var/lib/a:/var/lib/b", "HOME=/root"}, "/var/lib/a"},
		{[]string{"XDG_STATE_HOME=/state", "HOME=/root"}, "/state/daebus"},
		{[]string{"XDG_STATE_HOME=relative", "HOME=/root"}, "/root/.local/state/daebus"},
		{nil, ""},
	} {
		var c edge.Config
		if err := edge.Complete(&c, env(tt.env...)); err != nil || c.StateDir != tt.want {
			t.Errorf("%v: got %q, %v, want %q", tt.env, c.StateDir, err, tt.want)
		}
	}
}

func TestConfigSetInGoIsChecked(t *testing.T) {
	c := edge.Config{
		Bus:     "redis:/localhost",
		Workers: -1, Queue: -1, Grace: -time.Second, Ping: time.Millisecond,
		BodyLimit: -1, LogFormat: "xml", HTTP: "8080", Origins: []string{"kiosk"},
		Hosts: []string{"http://kiosk"}, CORSMethods: []string{"*"}, CORSHeaders: []string{"a b"}, CORSMaxAge: time.Millisecond,
		BrokerMemory: 1, BrokerPolicy: "lru", BrokerClients: -1, BrokerFsync: "2s",
		BrokerSocket: "bus.sock", BrokerSocketMode: "rw", Bridge: []string{"a*b"}, WebSocket: "8081", Compression: "gzip",
	}
	err := edge.Complete(&c, env())
	for _, want := range []string{
		`config: bus "redis:/localhost": missing "//" after the scheme; want redis://host:port`,
		`config: workers "-1": want a whole number from 1 to 10000, e.g. 8`,
		`config: queue "-1": want a whole number`,
		`config: grace "-1s": want a duration with its unit from 1ms to 1h, e.g. 10s`,
		`config: ping "1ms": want a duration with its unit from 1s to 1h, e.g. 10s`,
		`config: body_limit "-1B": want a size from 1B to 1GiB, e.g. 1MiB`,
		`config: log_format "xml": want text or json`,
		`config: http "8080": want host:port, e.g. 127.0.0.1:8080`,
		`config: origins "kiosk": want scheme://host[:port]`,
		`config: bridge "a*b": want names of services and channels`,
		`config: websocket "8081": want host:port`,
		`config: compression "gzip": want none or deflate`,
		`config: hosts "http://kiosk": want a name without scheme and port`,
		`config: cors_methods "*": want methods, e.g. GET, POST`,
		`config: cors_headers "a b": want names of headers`,
		`config: cors_max_age "1ms": want a duration with its unit from 1s to 24h`,
		`config: broker_memory "1B": want a size from 1MiB to 1GiB`,
		`config: broker_policy "lru": want noeviction, volatile-ttl or allkeys-lru`,
		`config: broker_clients "-1": want a whole number from 1 to 100000`,
		`config: broker_fsync "2s": want always, 1s or never`,
		`config: broker_socket "bus.sock": want an absolute path of at most 107 bytes`,
		`config: broker_socket_mode "rw": want permissions in octal, e.g. 660`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
}

func TestCANeedsTLS(t *testing.T) {
	c := edge.Config{Bus: "redis://bus", BusCA: "/etc/ca.pem"}
	if err := edge.Complete(&c, env()); err == nil || !strings.Contains(err.Error(), "rediss://host:port") {
		t.Errorf("got %v, want the remedy rediss://", err)
	}
	c.Bus = "rediss://bus"
	if err := edge.Complete(&c, env()); err != nil {
		t.Error(err)
	}
}

func TestTLSOfTheBrokerIsWholeOrNot(t *testing.T) {
	for _, c := range []edge.Config{
		{BrokerTLS: ":6380"},
		{BrokerTLSCert: "/cert.pem", BrokerTLSKey: "/key.pem"},
		{BrokerTLS: ":6380", BrokerTLSCert: "/cert.pem"},
	} {
		if err := edge.Complete(&c, env()); err == nil || !strings.Contains(err.Error(), "want all three, or none") {
			t.Errorf("%s %s %s: got %v", c.BrokerTLS, c.BrokerTLSCert, c.BrokerTLSKey, err)
		}
	}
}

func TestBrokerDir(t *testing.T) {
	for _, tt := range []struct{ dir, state, want string }{
		{"", "/state", "/state/broker"},
		{"/log", "/state", "/log"},
		{"none", "/state", "none"},
		{"", "", ""},
	} {
		c := edge.Config{BrokerDir: tt.dir, StateDir: tt.state}
		if err := edge.Complete(&c, env()); err != nil || c.BrokerDir != tt.want {
			t.Errorf("%q in %q: got %q, %v, want %q", tt.dir, tt.state, c.BrokerDir, err, tt.want)
		}
	}
}

func TestOtherMachinesNeedAToken(t *testing.T) {
	for addr, ok := range map[string]bool{
		"": true, "127.0.0.1:80": true, "127.8.0.1:80": true, "[::1]:80": true, "localhost:80": true,
		":80": false, "0.0.0.0:80": false, "[::]:80": false, "192.168.1.5:80": false, "kiosk.local:80": false, "localhost.example.org:80": false,
	} {
		c := edge.Config{HTTP: addr}
		err := edge.Complete(&c, env())
		if (err == nil) != ok {
			t.Errorf("%s: got %v", addr, err)
		}
		if err != nil && !strings.Contains(err.Error(), `want token_file with a secret in it, or token = "none"`) {
			t.Errorf("%s: got %v, want it to say what to do", addr, err)
		}
		for _, token := range []string{"none", "0123456789abcdef"} {
			if err := edge.Complete(&edge.Config{HTTP: addr, Token: token}, env()); err != nil {
				t.Errorf("%s with the token %s: got %v", addr, token, err)
			}
		}
	}
	err := edge.Complete(&edge.Config{Token: secret}, env())
	if err == nil || !strings.Contains(err.Error(), "config: token: want at least 16 characters") || strings.Contains(err.Error(), secret) {
		t.Errorf("a short token: got %v", err)
	}
}

func TestEveryOrigin(t *testing.T) {
	for _, tt := range []struct {
		cfg  edge.Config
		want string
	}{
		{edge.Config{Origins: []string{"*"}}, ""},
		{edge.Config{Origins: []string{"*"}, CORSCredentials: true}, `config: cors_credentials: no browser sends cookies where origins is "*"; list the origins that may`},
		{edge.Config{Origins: []string{"*", "http://a"}}, `config: origins: want "*" alone`},
		{edge.Config{Origins: []string{"https://*"}, CORSCredentials: true}, `config: origins "https://*": want scheme://host[:port], no * in it`},
		{edge.Config{Origins: []string{"https://*.example.org"}}, `config: origins "https://*.example.org": want`},
		{edge.Config{Origins: []string{"http://a"}, CORSCredentials: true}, ""},
	} {
		err := edge.Complete(&tt.cfg, env())
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v: got %v, want %s", tt.cfg, err, tt.want)
		}
	}
}

func TestCORSWantsOrigins(t *testing.T) {
	for key, c := range map[string]edge.Config{
		"cors_methods":     {CORSMethods: []string{"GET"}},
		"cors_headers":     {CORSHeaders: []string{"X-Till"}},
		"cors_expose":      {CORSExpose: []string{"Etag"}},
		"cors_credentials": {CORSCredentials: true},
		"cors_max_age":     {CORSMaxAge: time.Hour},
	} {
		err := edge.Complete(&c, env())
		if want := "config: " + key + ": there is no page that it is for; list in origins those that may ask"; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
		c.Origins = []string{"https://shop.example"}
		if err := edge.Complete(&c, env()); err != nil {
			t.Errorf("%s with origins: got %v", key, err)
		}
	}
}

func TestTLSOfHTTPIsWholeOrNot(t *testing.T) {
	for _, c := range []edge.Config{{TLSCert: "/cert.pem"}, {TLSKey: "/key.pem"}} {
		if err := edge.Complete(&c, env()); err == nil || !strings.Contains(err.Error(), "config: tls_cert and tls_key: want both, or none") {
			t.Errorf("got %v", err)
		}
	}
}

func TestListenAddresses(t *testing.T) {
	for addr, ok := range map[string]bool{
		":8080": true, "127.0.0.1:0": true, "[::1]:80": true, "kiosk.local:80": true,
		"8080": false, "127.0.0.1": false, "127.0.0.1:": false, ":http": false, ":65536": false, "http://:80": false, "a b:80": false,
	} {
		c := edge.Config{HTTP: addr, Token: "none"}
		if err := edge.Complete(&c, env()); (err == nil) != ok {
			t.Errorf("%s: got %v", addr, err)
		}
	}
}

// secret has a form that no encoding changes.
const secret = "hunter2Z"

func TestConfigNeverShowsASecret(t *testing.T) {
	c := edge.Config{Bus: "redis://kiosk:" + secret + "@bus:6379", BusPassword: secret, BusUser: "kiosk", Token: secret}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T"} {
		fmt.Fprintf(&out, verb+verb, c, &c)
	}
	fmt.Fprint(&out, c, []edge.Config{c}, struct{ Config edge.Config }{c})
	slog.New(slog.NewTextHandler(&out, nil)).Info("start", "config", c, "nested", struct{ C edge.Config }{c})
	slog.New(slog.NewJSONHandler(&out, nil)).Info("start", "config", &c, "nested", struct{ C edge.Config }{c})
	if err := json.NewEncoder(&out).Encode(c); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), secret) {
		t.Errorf("shown in %s", out.String())
	}
	for _, want := range []string{"bus=redis://kiosk:********@bus:6379", "bus_password=********"} {
		if !strings.Contains(c.String(), want) {
			t.Errorf("got %s, want %s in it", c, want)
		}
	}
}
