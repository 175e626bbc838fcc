package seglog

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Dir is the directory of a log. What is created or removed in it is durable
// after Sync, and what is written to a file after the file's Sync; until then a
// power cut may undo any of it, in any order.
type Dir interface {
	List() ([]string, error)          // the names in it; none if it is not there yet
	Create(name string) (File, error) // a new file to write, and the directory if need be
	Open(name string) (File, error)   // an existing file to read
	Remove(name string) error
	Sync() error
}

// File is one file of a Dir.
type File interface {
	io.ReaderAt
	io.Writer
	io.Closer
	io.Seeker // to the end, which tells the size
	Sync() error
}

// At is the directory at path. It is created, with what is above it, by the
// first write, for its owner alone.
func At(path string) Dir { return &osDir{path} }

type osDir struct{ path string }

func (d *osDir) List() (names []string, err error) {
	entries, err := os.ReadDir(d.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, err
}

func (d *osDir) Create(name string) (File, error) {
	f, err := d.create(name)
	if errors.Is(err, fs.ErrNotExist) {
		if err := mkdir(d.path); err != nil {
			return nil, err
		}
		f, err = d.create(name)
	}
	return f, err
}

// mkdir makes a durable directory, with what is above it.
func mkdir(path string) error {
	err := os.Mkdir(path, 0o700)
	parent := filepath.Dir(path)
	if errors.Is(err, fs.ErrNotExist) && parent != path {
		if err := mkdir(parent); err != nil {
			return err
		}
		err = os.Mkdir(path, 0o700)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return At(parent).Sync()
}

func (d *osDir) create(name string) (File, error) {
	return os.OpenFile(filepath.Join(d.path, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}

func (d *osDir) Open(name string) (File, error) {
	return os.Open(filepath.Join(d.path, name))
}

func (d *osDir) Remove(name string) error { return os.Remove(filepath.Join(d.path, name)) }

func (d *osDir) Sync() error {
	f, err := os.Open(d.path)
	if err != nil {
		return err
	}
	err = f.Sync()
	return errors.Join(err, f.Close())
}
