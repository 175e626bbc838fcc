package redistest

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// StartSentinel runs a Redis Sentinel that watches master under the name "main",
// as Start runs a server. The master is taken for dead after a second, once
// quorum sentinels say so; more are further lines of its configuration.
func StartSentinel(t testing.TB, master *Server, quorum int, more ...string) *Server {
	t.Helper()
	host, port, _ := net.SplitHostPort(master.Addr)
	dir := t.TempDir()
	lines := append([]string{
		"bind 127.0.0.1",
		"dir " + dir,
		fmt.Sprintf("sentinel monitor main %s %s %d", host, port, quorum),
		"sentinel down-after-milliseconds main 1000",
		"sentinel failover-timeout main 3000",
	}, more...)
	file := filepath.Join(dir, "sentinel.conf") // which the sentinel rewrites
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return launch(t, "Sentinel ID is", func(port string) []string {
		return []string{file, "--sentinel", "--port", port}
	})
}
