package edge_test

import (
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge"
)

func TestBusAddresses(t *testing.T) {
	for _, tt := range []struct{ bus, mistake string }{
		{"redis://localhost", ""},
		{"redis://localhost/", ""},
		{"redis://user:p%40ss@10.0.0.1:6380/3", ""},
		{"redis://[::1]:6379", ""},
		{"rediss://bus.local:6379", ""},
		{"unix:///run/redis@1.sock", ""},
		{"unix://user:pw@/run/redis.sock", ""},
		{"embedded://", ""},
		{"embedded://127.0.0.1:0", ""},
		{"localhost", "unknown scheme"},
		{"localhost:6379", "unknown scheme; want redis://host:port"},
		{"http://localhost", "unknown scheme"},
		{"redis:/localhost", `missing "//" after the scheme`},
		{"redis+sentinel://a:1,b:2/main", ""},
		{"redis+sentinel://kiosk:p%40ss@a,[::1]:26380/main/3", ""},
		{"redis+sentinel:a/main", `missing "//" after the scheme; want redis+sentinel://host:port,host:port/master`},
		{"redis+sentinel://a:1,b:2", "missing the master's name; want redis+sentinel://host:port,host:port/master"},
		{"redis+sentinel://a:1,,b:2/main", "sentinel 2 is not host:port"},
		{"redis+sentinel://a:1,b:0/main", "sentinel 2: want a port from 1 to 65535"},
		{"redis+sentinel://a/main/first", "want a number from 0"},
		{"redis+sentinel://:p/ss@a/main", "percent-encode"},
		{"redis+sentinel://:********@a/main", "the secret is masked"},
		{"redis://", "missing host"},
		{"redis://:6379", "missing host"},
		{"redis://localhost:0", "want a port from 1 to 65535"},
		{"redis://localhost:65536", "want a port from 1 to 65535"},
		{"redis://localhost:redis", "not a URL"},
		{"redis://localhost/main", "want a database number"},
		{"redis://localhost?db=1", "takes no ? or #"},
		{"redis://user:********@localhost", "the secret is masked"},
		{"unix://run/redis.sock", "want the absolute path"},
		{"unix:///", "want the absolute path"},
		{"embedded://user:pw@127.0.0.1", "its password is bus_password"},
		{"embedded://127.0.0.1/1", "want no more than an address"},
		{"redis://local\nhost", "want one line"},
		{"redis://\xff", "want one line"},
	} {
		c := edge.Config{Bus: tt.bus}
		err := edge.Complete(&c, env())
		if tt.mistake == "" && err != nil {
			t.Errorf("%s: %v", tt.bus, err)
		}
		if tt.mistake != "" && (err == nil || !strings.Contains(err.Error(), tt.mistake)) {
			t.Errorf("%s: got %v, want %s", tt.bus, err, tt.mistake)
		}
	}
}

func TestMaskBus(t *testing.T) {
	for in, want := range map[string]string{
		"redis://bus:6379/1":           "redis://bus:6379/1",
		"redis://kiosk@bus":            "redis://kiosk@bus",
		"redis://kiosk:hunter2@bus":    "redis://kiosk:********@bus",
		"redis://:hun@ter?2@bus":       "redis://:********@bus",
		"redis://:hunter2/x@bus":       "redis://:********@bus",
		"redis:/kiosk:hunter2@bus":     "********@bus",
		"kiosk:hunter2@bus":            "********@bus",
		"redis:x:hunter2://y@bus":      "********@bus",
		"redis://bus?password=hunter2": "redis://bus?********",
		"unix:///run/redis@1.sock":     "unix:///run/redis@1.sock",

		"redis+sentinel://a:1,b:2/main":                  "redis+sentinel://a:1,b:2/main",
		"redis+sentinel://kiosk:hun,ter2@a:1,b:2/main/3": "redis+sentinel://kiosk:********@a:1,b:2/main/3",

		"unix://u:hunter2@/redis.sock": "unix://u:********@/redis.sock",
		"unix:///redis.sock#hunter2@x": "unix:///redis.sock#********",
		"redis:/localhost":             "redis:/localhost",
	} {
		if got := edge.MaskBus(in); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

// FuzzMaskBus holds that a password between the colon of the user and the last @
// is never shown, whatever surrounds it.
func FuzzMaskBus(f *testing.F) {
	f.Add("redis://", "user", "@host:6379")
	f.Add("redis:/", "", "@host?x")
	f.Add("redis+sentinel://", "user", "@host:1,host:2/main/3")
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
