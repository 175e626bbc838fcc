package main_test

import (
	"net"
	"os/exec"
	"strings"
	"testing"
)

// What an operator does at the shell.
func TestRedisTools(t *testing.T) {
	need(t, "redis-tools", "redis-benchmark", "--version")
	_, port, _ := net.SplitHostPort(start(t, nil, "--state-dir", t.TempDir()).addr)
	run := func(t *testing.T, input, name, args string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), name, append([]string{"-p", port}, strings.Fields(args)...)...)
		cmd.Stdin = strings.NewReader(input)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%s %s: %v", name, args, err)
		}
		return string(out)
	}
	for _, c := range []struct {
		args, input string
		want        []string
	}{
		{"--pipe", strings.Repeat("SADD set a b c\r\nRPUSH list a\r\nXADD stream * a b\r\n", 1000), []string{"errors: 0, replies: 3000"}},
		{"--scan --pattern s*", "", []string{"set\n", "stream\n"}},
		{"--bigkeys", "", []string{"1 sets with 3 members", "1 lists with 1000 items", "1 streams with 1000 entries"}},
		{"--memkeys", "", []string{"1 sets with ", "1 lists with ", "1 streams with "}},
		{"-x SET file", "from a pipe", []string{"OK\n"}},
		{"-n 3 DBSIZE", "", []string{"0\n"}},
		{"-r 3 -i 0 INCR n", "", []string{"1\n2\n3\n"}},
		{"-3 --json XINFO GROUPS stream", "", []string{"[]\n"}},
		{"--csv ZADD sorted 1 a", "", []string{"1\n"}},
		{"-2 --csv ZRANGE sorted 0 -1 WITHSCORES", "", []string{`"a","1"`}},
		{"--latency --raw -i 0.01", "", []string{"\n"}},
		{"", "MULTI\nINCR n\nGET n\nEXEC\n", []string{"QUEUED\n", "4\n4\n"}},
		{"EVAL return_1 0", "", []string{"ERR scripts are not supported by the embedded broker"}},
	} {
		t.Run("redis-cli "+c.args, func(t *testing.T) {
			got := run(t, c.input, "redis-cli", c.args)
			for _, want := range c.want {
				if !strings.Contains(got, want) {
					t.Errorf("got\n%s\nwant %q", got, want)
				}
			}
		})
	}
	for _, c := range []struct {
		args string
		want int
	}{
		{"-n 200 -c 10", 20},
		{"-n 1000 -c 10 -P 16 -r 100 -d 30", 20},
		{"-n 200 -c 10 --threads 2 -t set,get", 2},
	} {
		t.Run("redis-benchmark "+c.args, func(t *testing.T) {
			got := run(t, "", "redis-benchmark", "--csv "+c.args)
			if rows := strings.Count(got, "\n\""); rows != c.want || strings.Contains(strings.ToLower(got), "err") {
				t.Errorf("got %d tests, want %d, in\n%s", rows, c.want, got)
			}
		})
	}
}
