package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
)

var (
	busModules = []string{"github.com/nats-io/nats.go", "github.com/nats-io/nats-server/v2", "github.com/redis/go-redis/v9", "github.com/redis/rueidis"}
	wsModules  = []string{"github.com/lxzan/gws", "github.com/gorilla/websocket", "github.com/coder/websocket", "github.com/centrifugal/centrifuge"}
)

// conditions says what was measured with.
func (p *plan) conditions() string {
	what := machine(busModules...)
	if redis := redisVersion(); redis != "" {
		what += "; redis-server " + redis
	}
	return fmt.Sprintf("%s.\n\nMedians of %d rounds of %v each.", what, p.rounds, p.time)
}

// machine is this one, and the versions of modules.
func machine(modules ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s/%s, %d × %s", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), processor())
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if slices.Contains(modules, m.Path) {
				fmt.Fprintf(&b, "; %s %s", m.Path, m.Version)
			}
		}
	}
	return b.String()
}

func processor() string {
	b, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(b)) {
		if key, value, ok := strings.Cut(line, ":"); ok && (strings.HasPrefix(key, "model name") || strings.HasPrefix(key, "Model")) {
			return strings.TrimSpace(value)
		}
	}
	return "unknown processor"
}

// redisVersion is "" without a redis-server.
func redisVersion() string {
	out, _ := exec.Command("redis-server", "--version").Output()
	_, version, _ := strings.Cut(string(out), "v=")
	version, _, _ = strings.Cut(version, " ")
	return version
}
