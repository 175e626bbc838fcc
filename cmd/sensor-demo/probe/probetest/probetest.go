// Package probetest builds the /proc and /sys of a Raspberry Pi 4 in a test's
// directory, so that tests need no such machine.
package probetest

import (
	_ "embed"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// pi4 is a listing of files: a line "-- path --" begins a file, and a line
// "-- path -> target --" is a symbolic link. A plain directory tree would lose
// its links, and be refused for its colons, in a module's archive.
//
//go:embed pi4.txt
var pi4 string

// Machine is a tree of a machine's files.
type Machine struct {
	Root string // above proc and sys; also prefix of the mount points
	t    testing.TB
}

// Pi4 returns a Raspberry Pi 4 with a fan controller and a power meter on I²C
// and seven thermometers on 1-Wire, some of them sick.
func Pi4(t testing.TB) Machine {
	t.Helper()
	m := Machine{Root: t.TempDir(), t: t}
	var path string
	var text []string
	flush := func() {
		if path != "" {
			m.Write(path, strings.Join(text, ""))
		}
		path, text = "", nil
	}
	for line := range strings.Lines(pi4) {
		header, ok := strings.CutPrefix(line, "-- ")
		if !ok {
			text = append(text, line)
			continue
		}
		flush()
		path = strings.TrimSuffix(header, " --\n")
		if name, target, link := strings.Cut(path, " -> "); link {
			m.Link(name, target)
			path = ""
		}
	}
	flush()
	return m
}

// Proc is where its procfs is.
func (m Machine) Proc() string { return filepath.Join(m.Root, "proc") }

// Sys is where its sysfs is.
func (m Machine) Sys() string { return filepath.Join(m.Root, "sys") }

// Write sets the content of a file, such as "proc/stat".
func (m Machine) Write(path, text string) {
	m.t.Helper()
	m.check(os.MkdirAll(filepath.Dir(filepath.Join(m.Root, path)), 0o755))
	m.check(os.WriteFile(filepath.Join(m.Root, path), []byte(text), 0o644))
}

// Link makes a symbolic link.
func (m Machine) Link(path, target string) {
	m.t.Helper()
	m.check(os.MkdirAll(filepath.Dir(filepath.Join(m.Root, path)), 0o755))
	m.check(os.Symlink(target, filepath.Join(m.Root, path)))
}

// Remove unplugs a file or directory.
func (m Machine) Remove(path string) {
	m.t.Helper()
	m.check(os.RemoveAll(filepath.Join(m.Root, path)))
}

// Move renames a file or directory, as a restart may do to hwmon1.
func (m Machine) Move(from, to string) {
	m.t.Helper()
	m.check(os.Rename(filepath.Join(m.Root, from), filepath.Join(m.Root, to)))
}

func (m Machine) check(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}
