package cbor_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// Who does not import this package does not carry the library: nothing else in
// the module may import that.
func TestLibraryIsImportedHereOnly(t *testing.T) {
	root := filepath.Join("..", "..")
	here := filepath.Join(root, "daebus", "cbor")
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (name == here || d.Name() == "testdata" || name == filepath.Join(root, "scripts", "bench")):
			return fs.SkipDir
		case filepath.Ext(name) != ".go":
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			if strings.Contains(spec.Path.Value, "fxamacker/cbor") {
				t.Errorf("%s imports %s", name, spec.Path.Value)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
