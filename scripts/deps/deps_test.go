package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

func TestPlantedViolations(t *testing.T) {
	for _, c := range []struct {
		name, file, src string
		want            string // in the one violation; "" = none
	}{
		{"a third-party module in daebus", "daebus/a.go", `import _ "github.com/gomodule/redigo/redis"`, "its home is edge/link"},
		{"a module at home", "edge/link/a.go", `import _ "github.com/gomodule/redigo/redis"`, ""},
		{"a module below its home", "edge/link/x/a.go", `import _ "github.com/gomodule/redigo/redis"`, "its home is edge/link"},
		{"a module with a major version", "daebus/cbor/a.go", `import _ "github.com/fxamacker/cbor/v2"`, ""},
		{"configuration read elsewhere", "edge/hub/a.go", `import _ "github.com/BurntSushi/toml"`, "its home is edge/internal/settings"},
		{"an unknown module", "edge/a.go", `import _ "example.org/x"`, "not one of the modules"},
		{"an unknown module in a test", "edge/a_test.go", `import _ "example.org/x"`, "not one of the modules"},
		{"a module of its own", "scripts/bench/a.go", `import _ "example.org/x"`, ""},

		{"a goroutine", "daebus/a.go", `func f() { go f() }`, "go statement"},
		{"a goroutine by WaitGroup", "daebus/a.go", "import \"sync\"\nfunc f(wg *sync.WaitGroup) { wg.Go(func() {}) }", "call of Go"},
		{"a goroutine in the harness", "daebus/daebustest/a.go", `func f() { go f() }`, ""},
		{"a goroutine in a test", "daebus/a_test.go", `func f() { go f() }`, ""},
		{"a goroutine for another platform", "daebus/a_plan9.go", `func f() { go f() }`, "go statement"},
		{"a file", "daebus/internal/wire/a.go", `import _ "os"`, "imports os"},
		{"a socket", "daebus/a.go", "import \"net\"\nvar _ = net.ListenUDP", "net.ListenUDP"},
		{"an address", "daebus/a.go", "import \"net\"\nvar _ = net.JoinHostPort", ""},
		{"the clock", "daebus/a.go", "import \"time\"\nvar now = time.Now", "time.Now"},
		{"the clock by another name", "daebus/a.go", "import t \"time\"\nvar now = t.Now", "time.Now"},
		{"the clock by no name", "daebus/a.go", "import . \"time\"\nvar now = Now", "imports time"},
		{"a ticker", "daebus/schema/a.go", "import \"time\"\nvar _ = time.NewTicker", "time.NewTicker"},
		{"a context's deadline", "daebus/a.go", "import \"time\"\nvar _ = time.Until", ""},
		{"a variable called time", "daebus/a.go", "import \"time\"\nvar _ time.Time\nfunc f(time struct{ Now int }) int { return time.Now }", ""},

		{"daebus on edge", "daebus/a.go", `import _ "github.com/daebus/daebus-go/edge"`, "arrows point"},
		{"edge on cmd", "edge/a.go", `import _ "github.com/daebus/daebus-go/cmd/x"`, "arrows point"},
		{"edge on daebus", "edge/hub/a.go", `import _ "github.com/daebus/daebus-go/daebus"`, ""},
		{"a part on a part", "edge/link/a.go", `import _ "github.com/daebus/daebus-go/edge/broker"`, "do not know each other"},
		{"a part on itself", "edge/hub/x/a.go", `import _ "github.com/daebus/daebus-go/edge/hub"`, ""},
		{"a part on a part in a test", "edge/link/a_test.go", `import _ "github.com/daebus/daebus-go/edge/broker"`, ""},
		{"a template", "edge/a.go", `import _ "html/template"`, "imports html/template"},
	} {
		t.Run(c.name, func(t *testing.T) {
			found, err := violations(fstest.MapFS{
				"go.mod":               {Data: []byte("module " + module)},
				"scripts/bench/go.mod": {Data: []byte("module bench")},
				c.file:                 {Data: []byte("package p\n" + c.src)},
			})
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case c.want == "" && len(found) > 0:
				t.Errorf("got %q, want nothing", found)
			case c.want != "" && (len(found) != 1 || !strings.Contains(found[0], c.want)):
				t.Errorf("got %q, want one with %q", found, c.want)
			}
		})
	}
}

func TestTemplateLinkedThroughAnotherPackage(t *testing.T) {
	for _, c := range []struct{ imported, want string }{
		{"net/rpc", "x/cmd/x: links html/template"},
		{"strings", ""},
	} {
		root := t.TempDir()
		write(t, filepath.Join(root, "go.mod"), "module x\n\ngo 1.26\n")
		write(t, filepath.Join(root, "cmd", "x", "main.go"), "package main\n\nimport _ \""+c.imported+"\"\n\nfunc main() {}\n")
		found, err := templates(root)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(found, "\n"); (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.imported, got, c.want)
		}
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
