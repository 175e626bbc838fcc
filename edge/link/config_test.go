package link_test

import (
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/link"
)

func TestParse(t *testing.T) {
	type want struct {
		network, address, user, password string
		database                         int
		tls                              string // the name in the certificate
	}
	for _, c := range []struct {
		bus string
		want
	}{
		{"redis://127.0.0.1:6380", want{"tcp", "127.0.0.1:6380", "", "", 0, ""}},
		{"redis://broker.local", want{"tcp", "broker.local:6379", "", "", 0, ""}},
		{"redis://broker/", want{"tcp", "broker:6379", "", "", 0, ""}},
		{"redis://broker/3", want{"tcp", "broker:6379", "", "", 3, ""}},
		{"redis://[::1]:7000/1", want{"tcp", "[::1]:7000", "", "", 1, ""}},
		{"redis://:s3cret@broker", want{"tcp", "broker:6379", "", "s3cret", 0, ""}},
		{"redis://kiosk:s3cret@broker", want{"tcp", "broker:6379", "kiosk", "s3cret", 0, ""}},
		{"redis://kiosk:p%40ss%2Fw%3Ard@broker", want{"tcp", "broker:6379", "kiosk", "p@ss/w:rd", 0, ""}},
		{"rediss://broker", want{"tcp", "broker:6379", "", "", 0, "broker"}},
		{"rediss://[::1]:7000", want{"tcp", "[::1]:7000", "", "", 0, "::1"}},
		{"redis+sentinel://a,b:26380/main", want{"sentinel", "a:26379,b:26380/main", "", "", 0, ""}},
		{"redis+sentinel://kiosk:p%40s,s@[::1]/main/3", want{"sentinel", "[::1]:26379/main", "kiosk", "p@s,s", 3, ""}},
		{"unix:///run/redis/redis.sock", want{"unix", "/run/redis/redis.sock", "", "", 0, ""}},
		{"unix://kiosk:s3cret@/run/redis.sock", want{"unix", "/run/redis.sock", "kiosk", "s3cret", 0, ""}},
	} {
		cfg, err := link.Parse(c.bus)
		if err != nil {
			t.Errorf("%s: %v", c.bus, err)
			continue
		}
		got := want{cfg.Network, cfg.Address, cfg.User, cfg.Password, cfg.Database, ""}
		if cfg.TLS != nil {
			got.tls = cfg.TLS.ServerName
		}
		if got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.bus, got, c.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ bus, want string }{
		{"http://user:s3cret@broker", `unknown scheme "http"`},
		{"broker:6379", "unknown scheme"},
		{"", "unknown scheme"},
		{"redis://user:s3cret@broker:port", "want redis://host:port"},
		{"redis://user:s3cret%zz@broker", "want redis://host:port"},
		{"redis://user:s3cret@broker/first", `database "first"; want a number from 0`},
		{"redis://user:s3cret@broker/-1", `database "-1"`},
		{"redis://user:s3cret@broker/1/2", `database "1/2"`},
		{"redis+sentinel://user:s3cret@a", "missing the master's name; want redis+sentinel://host:port,host:port/master"},
		{"redis+sentinel:///main", "sentinel 1 is not host:port"},
		{"redis+sentinel://user:s3cret/main", "sentinel 1 is not host:port"},
		{"redis+sentinel://a,b:70000/main", "sentinel 2: want a port from 1 to 65535"},
		{"redis+sentinel://a/main/first", `database "first"; want a number from 0`},
		{"redis+sentinel://user:s3cret/x@a/main", "percent-encode"},
		{"redis+sentinel://user:s3cret%zz@a/main", "percent-encode"},
		{"redis+sentinel://user:s3cret?x@a/main", "percent-encode"},
	} {
		_, err := link.Parse(c.bus)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.bus, err, c.want)
		} else if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: the password is in the error: %v", c.bus, err)
		}
	}
}

// Whatever is parsed can be dialled, and nothing of a password is told.
func FuzzParse(f *testing.F) {
	f.Add(byte(0), "kiosk:s3cret", "@broker:6379/3")
	f.Add(byte(1), ":p%40ss", "@[::1]:7000")
	f.Add(byte(2), "", "/run/redis.sock")
	f.Add(byte(3), "kiosk:s3cret", "@a:26379,b/main/3")
	f.Fuzz(func(t *testing.T, scheme byte, secret, rest string) {
		cfg, err := link.Parse([]string{"redis://", "rediss://", "unix://", "redis+sentinel://"}[scheme%4] + secret + rest)
		if err != nil {
			if len(secret) > 8 && !strings.Contains(rest, secret) && strings.Contains(err.Error(), secret) {
				t.Errorf("%q is in the error: %v", secret, err)
			}
			return
		}
		if cfg.Network != "tcp" && cfg.Network != "unix" && cfg.Network != "sentinel" || cfg.Database < 0 {
			t.Errorf("got %+v", cfg)
		}
		if cfg.Network == "sentinel" && strings.HasSuffix(cfg.Address, "/") {
			t.Errorf("no master in %+v", cfg)
		}
	})
}
