package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

const module = "github.com/daebus/daebus-go"

// homes says which package may import which third-party module.
var homes = map[string]string{
	"github.com/gomodule/redigo": "edge/link",
	"github.com/coder/websocket": "edge/hub",
	"github.com/go-co-op/gocron": "edge/jobs",
	"github.com/fxamacker/cbor":  "daebus/cbor",
	"github.com/BurntSushi/toml": "edge/internal/settings",
	"github.com/rs/cors":         "edge/internal/cors",
}

// parts of edge that know daebus's interfaces and not each other.
var parts = []string{"edge/link", "edge/broker", "edge/hub", "edge/jobs", "edge/outbox"}

// impure lists, by package, what a pure package may not name; * is the rest of
// a name, and * alone is the import itself. time.Until is not among it: it is how
// a context's deadline is read.
var impure = map[string][]string{
	"os":        {"*"},
	"os/exec":   {"*"},
	"os/signal": {"*"},
	"os/user":   {"*"},
	"syscall":   {"*"},
	"io/ioutil": {"*"},
	"log":       {"*"},
	"net":       {"Listen*", "Dial*", "Lookup*", "FileConn", "FileListener", "Pipe"},
	"net/http":  {"Listen*", "Serve", "ServeTLS", "ServeFile*", "Get", "Head", "Post*", "Dir", "DefaultClient", "DefaultTransport"},
	"context":   {"AfterFunc"}, // runs in a goroutine of its own
	"time":      {"Now", "Since", "After*", "New*", "Tick", "Sleep"},
}

// violations checks every Go file of the module at root.
func violations(root fs.FS) ([]string, error) {
	var found []string
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if skipped(root, name) {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		src, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, src, 0)
		if err != nil {
			return err
		}
		f := &source{fset: fset, file: file, pkg: path.Dir(name), test: strings.HasSuffix(name, "_test.go")}
		found = append(found, f.check()...)
		return nil
	})
	return found, err
}

// skipped leaves out what the go command leaves out, and modules of their own.
func skipped(root fs.FS, dir string) bool {
	if dir == "." {
		return false
	}
	base := path.Base(dir)
	_, err := fs.Stat(root, path.Join(dir, "go.mod"))
	return base == "testdata" || base[0] == '.' || base[0] == '_' || err == nil
}

// source is one file, and what was found in it.
type source struct {
	fset  *token.FileSet
	file  *ast.File
	pkg   string // directory below the module's root
	test  bool
	found []string
}

func (s *source) check() []string {
	names := map[string]string{} // of the file's imports, as the file calls them
	for _, spec := range s.file.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		s.checkHome(spec, imported)
		if s.test {
			continue // a test may bring parts together
		}
		s.checkArrow(spec, strings.TrimPrefix(imported, module+"/"))
		if isTemplate(imported) {
			s.report(spec, "imports %s: it keeps dead code in every binary", imported)
		}
		name := path.Base(imported)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = imported
		if s.pure() && (slices.Contains(impure[imported], "*") || name == "." && impure[imported] != nil) {
			s.report(spec, "imports %s: daebus opens nothing and reads no clock", imported)
		}
	}
	if s.pure() && !s.test {
		ast.Inspect(s.file, func(n ast.Node) bool { s.checkPure(n, names); return true })
	}
	return s.found
}

// checkHome holds for tests too: they get by on the standard library.
func (s *source) checkHome(spec ast.Node, imported string) {
	first, _, _ := strings.Cut(imported, "/")
	if !strings.Contains(first, ".") || within(imported, module) {
		return
	}
	for third, home := range homes {
		if within(imported, third) {
			if s.pkg != home {
				s.report(spec, "imports %s: its home is %s", imported, home)
			}
			return
		}
	}
	s.report(spec, "imports %s: not one of the modules we use", imported)
}

func (s *source) checkArrow(spec ast.Node, imported string) {
	switch {
	case within(s.pkg, "daebus") && (within(imported, "edge") || within(imported, "cmd")),
		within(s.pkg, "edge") && within(imported, "cmd"):
		s.report(spec, "imports %s: arrows point from cmd to edge to daebus", imported)
	}
	here, there := partOf(s.pkg), partOf(imported)
	if here != "" && there != "" && here != there {
		s.report(spec, "imports %s: the parts of edge do not know each other", imported)
	}
}

func (s *source) checkPure(n ast.Node, names map[string]string) {
	switch n := n.(type) {
	case *ast.GoStmt:
		s.report(n, "go statement: daebus starts no goroutine")
	case *ast.CallExpr:
		// sync.WaitGroup.Go and its kin; without types the name must do.
		if sel, ok := n.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Go" {
			s.report(n, "call of Go: daebus starts no goroutine")
		}
	case *ast.SelectorExpr:
		// An identifier with an object is a variable that shadows the import.
		if x, ok := n.X.(*ast.Ident); ok && x.Obj == nil && matches(impure[names[x.Name]], n.Sel.Name) {
			s.report(n, "%s.%s: daebus opens nothing and reads no clock", names[x.Name], n.Sel.Name)
		}
	}
}

// pure says whether the file belongs to what must stay pure: all of daebus but
// the harness that runs it under test.
func (s *source) pure() bool {
	return within(s.pkg, "daebus") && !within(s.pkg, "daebus/daebustest")
}

func (s *source) report(n ast.Node, format string, args ...any) {
	s.found = append(s.found, fmt.Sprintf("%s: %s", s.fset.Position(n.Pos()), fmt.Sprintf(format, args...)))
}

func isTemplate(imported string) bool {
	return imported == "text/template" || imported == "html/template"
}

func partOf(pkg string) string {
	for _, part := range parts {
		if within(pkg, part) {
			return part
		}
	}
	return ""
}

// within says whether pkg is parent or below it.
func within(pkg, parent string) bool {
	return pkg == parent || strings.HasPrefix(pkg, parent+"/")
}

func matches(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		stem, open := strings.CutSuffix(p, "*")
		return p == name || open && stem != "" && strings.HasPrefix(name, stem)
	})
}
