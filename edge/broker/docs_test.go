package broker

import (
	"os"
	"strings"
	"testing"
)

// What is compiled in is docs.txt, and tells of every command and of no other.
func TestDocumentation(t *testing.T) {
	said, err := documentation()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("docs.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	if len(lines) != len(said) {
		t.Errorf("docs.txt has %d lines, and %d are compiled in: go generate", len(lines), len(said))
	}
	for _, line := range lines {
		if name, what, _ := strings.Cut(line, " "); said[name] != what {
			t.Errorf("compiled in of %s: %q, and in docs.txt %q: go generate", name, said[name], what)
		}
	}
	var all []command
	for _, cmds := range rows {
		all = append(all, cmds...)
	}
	for _, cmd := range all {
		if said[cmd.name] == "" {
			t.Errorf("docs.txt says nothing of %s", cmd.name)
		}
	}
	if len(lines) != len(all) {
		t.Errorf("docs.txt tells of %d commands, and there are %d", len(lines), len(all))
	}
}
