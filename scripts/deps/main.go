// Command deps proves the rules that keep daebus pure and the tree flat:
//
//   - daebus and what is below it import the standard library only, start no
//     goroutine, open nothing and read no clock;
//   - a third-party module has one home;
//   - the arrows point from cmd to edge to daebus, and the parts of edge do not
//     know each other;
//   - no binary links a template engine, which keeps dead code alive.
//
// It reads every Go file whatever its build constraints, so that one run speaks
// for all platforms. Usage: deps DIR, the root of the module.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: deps DIR")
		os.Exit(2)
	}
	root := os.Args[1]
	found, err := violations(os.DirFS(root))
	if err == nil {
		var linked []string
		linked, err = templates(root)
		found = append(found, linked...)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "deps:", err)
		os.Exit(1)
	}
	if len(found) > 0 {
		fmt.Fprintf(os.Stderr, "%s\n", strings.Join(found, "\n"))
		os.Exit(1)
	}
}

// templates names the commands that link a template engine, through whatever package.
func templates(root string) ([]string, error) {
	if _, err := os.Stat(filepath.Join(root, "cmd")); err != nil {
		return nil, nil
	}
	list := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Deps " "}}`, "./cmd/...")
	list.Dir, list.Stderr = root, os.Stderr
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list ./cmd/...: %w", err)
	}
	var found []string
	for line := range strings.Lines(string(out)) {
		command, deps, _ := strings.Cut(line, " ")
		for dep := range strings.FieldsSeq(deps) {
			if isTemplate(dep) {
				found = append(found, fmt.Sprintf("%s: links %s", command, dep))
			}
		}
	}
	return found, nil
}
