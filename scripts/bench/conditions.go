package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strings"
)

// conditions says what was measured with.
func (p *plan) conditions() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s/%s, %d × %s", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), processor())
	if redis := redisVersion(); redis != "" {
		fmt.Fprintf(&b, "; redis-server %s", redis)
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			switch m.Path {
			case "github.com/nats-io/nats.go", "github.com/nats-io/nats-server/v2", "github.com/redis/go-redis/v9", "github.com/redis/rueidis":
				fmt.Fprintf(&b, "; %s %s", m.Path, m.Version)
			}
		}
	}
	fmt.Fprintf(&b, ".\n\nMedians of %d rounds of %v each.", p.rounds, p.time)
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
