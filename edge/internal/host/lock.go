package host

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/daebus/daebus-go/edge/internal/seglog"
)

// Taken says that another process hosts the broker with this directory.
type Taken struct {
	Dir string
	By  string // "" when it has not said
}

func (t *Taken) Error() string {
	by := t.By
	if by == "" {
		by = "another process"
	}
	return fmt.Sprintf("broker: %s is in use by %s; use its broker, or choose another directory with --broker-dir", t.Dir, by)
}

// lockName is the file in the directory that is locked. It is never removed:
// who holds a lock on a file that is gone would keep nobody out.
const lockName = "lock"

// lock makes the directory if need be, takes it, and leaves word by whom.
func lock(dir, name string) (*os.File, error) {
	f, err := openLock(dir)
	if err != nil {
		return nil, fmt.Errorf("broker: its log cannot be in %s: %w; choose another directory with --broker-dir, or none to keep nothing", dir, err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		who, _ := io.ReadAll(io.LimitReader(f, 256)) // it is only for the message
		f.Close()
		return nil, &Taken{dir, strings.TrimSpace(string(who))}
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("broker: lock %s: %w", f.Name(), err)
	}
	// The lock is good without the word: the disk may be full.
	if f.Truncate(0) == nil {
		fmt.Fprintf(f, "%s (process %d)\n", name, os.Getpid())
	}
	return f, nil
}

func openLock(dir string) (*os.File, error) {
	path := filepath.Join(dir, lockName)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if !errors.Is(err, fs.ErrNotExist) {
		return f, err
	}
	// The log's directory is made so that a power cut leaves it, and the log.
	made, err := seglog.At(dir).Create(lockName)
	if err == nil {
		err = made.Close()
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.OpenFile(path, os.O_RDWR, 0)
}
