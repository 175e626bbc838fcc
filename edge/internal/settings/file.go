package settings

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// maxFile bounds the bytes of a TOML file. Package toml takes time in the square
// of the depth of a key.
const maxFile = 16 << 10

// tomlFile is a file of settings.
type tomlFile struct {
	path   string
	open   bool              // everybody can read it
	values map[string]string // by key, as their kinds take them
	lines  []string
}

// readFile reads the settings in the file at path. The texts of package toml's
// errors are left out: they may repeat a secret.
func (l *Loaded) readFile(path string, errs []error) (tomlFile, []error) {
	file := tomlFile{path: path, values: map[string]string{}}
	content, open, err := readTOML(path)
	if err != nil {
		return file, append(errs, fmt.Errorf("config: %w", err))
	}
	file.open, file.lines = open, strings.Split(string(content), "\n")

	var values map[string]any
	meta, err := toml.Decode(string(content), &values)
	if err != nil {
		return file, append(errs, fmt.Errorf("config: %s: %s", path, tomlMistake(err)))
	}
	var known []string
	for _, set := range l.table {
		known = append(known, set.Key)
	}
	seen := map[string]bool{}
	for _, path := range meta.Keys() {
		key := path[0]
		if seen[key] {
			continue // a table, named before by itself or by another of its keys
		}
		seen[key] = true
		if !slices.Contains(known, key) {
			errs = append(errs, fmt.Errorf("config: %s: unknown key %q%s", file.place(key), key, didYouMean("%q", key, known)))
			continue
		}
		text, ok := tomlText(values[key])
		if !ok {
			errs = append(errs, fmt.Errorf("config: %s: %s: want a text, a number or a list of texts", file.place(key), key))
			continue
		}
		file.values[key] = text
	}
	return file, errs
}

func readTOML(path string) (content []byte, open bool, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, false, err
	}
	content, err = io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(content) > maxFile {
		err = fmt.Errorf("%s: want at most %d bytes", path, maxFile)
	}
	return content, readableByAll(info), err
}

// exists is also true of a file that is there and cannot be read, which is a
// mistake to report.
func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, os.ErrNotExist)
}

// tomlMistake says where the mistake is. Only a key given twice is described.
func tomlMistake(err error) string {
	var e toml.ParseError
	if !errors.As(err, &e) {
		return "not TOML"
	}
	if strings.HasSuffix(e.Message, "has already been defined.") {
		return fmt.Sprintf("line %d: the key %q is given twice", e.Position.Line, e.LastKey)
	}
	return fmt.Sprintf(`line %d: not TOML; a text stands in quotes, e.g. http = "127.0.0.1:8080"`, e.Position.Line)
}

// tomlText is v as a kind takes it.
func tomlText(v any) (text string, ok bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), true
	case []any:
		parts := make([]string, len(v))
		for i, part := range v {
			if parts[i], ok = part.(string); !ok {
				return "", false
			}
		}
		return strings.Join(parts, ","), true
	}
	return "", false
}

// place is the file, and the line of key where it can be found. Package toml
// keeps no positions: the line is the first that begins like the key.
func (f tomlFile) place(key string) string {
	for i, line := range f.lines {
		name := strings.TrimLeft(line, " \t[")
		if end := strings.IndexAny(name, "=.]"); end > 0 && strings.Trim(name[:end], " \t\"'") == key {
			return fmt.Sprintf("%s:%d", f.path, i+1)
		}
	}
	return f.path
}
