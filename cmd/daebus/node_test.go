package main_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What the tests of Node clients install, which is asked for by version.
var nodePackages = []string{"redis@6.3.1", "ioredis@6.0.0"}

func TestNodeClients(t *testing.T) {
	need(t, "nodejs", "node", "-e", "[].toSorted()") // Node 20 or newer, as the clients want
	need(t, "npm", "npm", "--version")
	dir := nodeModules(t)
	for _, c := range []struct {
		name, script, version string
	}{
		{"node-redis, RESP2", "node-redis.mjs", "2"},
		{"node-redis, RESP3", "node-redis.mjs", "3"},
		{"ioredis", "ioredis.mjs", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := start(t, nil, "--state-dir", t.TempDir())
			_, port, _ := net.SplitHostPort(b.addr)
			script, err := filepath.Abs(filepath.Join("testdata", c.script))
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 3*patience)
			defer cancel()
			cmd := exec.CommandContext(ctx, "node", script, port, c.version)
			cmd.Dir = dir
			if out, err := cmd.CombinedOutput(); err != nil || string(out) != "fine\n" {
				t.Errorf("got %v and\n%s", err, out)
			}
		})
	}
}

// nodeModules is a directory with nodePackages, from npm's cache when they are
// there.
func nodeModules(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 3*patience)
	defer cancel()
	args := append([]string{"install", "--no-save", "--prefer-offline", "--ignore-scripts",
		"--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--prefix", dir}, nodePackages...)
	cmd := exec.CommandContext(ctx, "npm", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err == nil {
		return dir
	}
	missing := fmt.Sprintf("npm cannot reach its registry (%v); to run this test, make this work: npm install %s",
		err, strings.Join(nodePackages, " "))
	if os.Getenv("DAEBUS_REQUIRE_ALL") != "" {
		t.Fatalf("%s\n%s", missing, out)
	}
	t.Skip(missing)
	return ""
}
