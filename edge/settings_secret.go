package edge

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// masked stands for a secret. It is refused as one: it would be the trace of
// printed settings used as a file.
const masked = "********"

var errMasked = errors.New("the secret is masked; write the real one, or name a file that holds it")

// maxSecret bounds the bytes read from a file that holds a secret.
const maxSecret = 4096

// secret is text nobody else may see.
type secret struct{ p *string }

func (s secret) Set(v string) error {
	if v == masked {
		return errMasked
	}
	*s.p = v
	return nil
}

func (s secret) String() string  { return *s.p }
func (s secret) literal() string { return quote(s.mask(*s.p)) }

func (s secret) mask(v string) string {
	if v == "" {
		return ""
	}
	return masked
}

// secretFor reads the secret key from path, or else from the credential of that
// name in the directory systemd keeps credentials in. No path and no credential
// is no secret.
func secretFor(key, path, credentials string) (string, error) {
	if path != "" {
		where := fmt.Sprintf("config: %s_file %q", key, path)
		return readSecret(where, path, credentials != "" && strings.HasPrefix(path, credentials+"/"))
	}
	if credentials == "" {
		return "", nil
	}
	path = filepath.Join(credentials, key)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return readSecret(fmt.Sprintf("config: credential %q", path), path, true)
}

// readSecret reads the file at path without the newline at its end. A file that
// is not guarded by its directory must guard itself.
func readSecret(where, path string, guarded bool) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("%s: %w", where, err)
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s: want a regular file", where)
	}
	if !guarded && readableByAll(info) {
		return "", fmt.Errorf("%s: everybody can read it; run: chmod o-r %s", where, path)
	}
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("%s: %w", where, err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	if err != nil {
		return "", fmt.Errorf("%s: %w", where, err)
	}
	if len(b) > maxSecret {
		return "", fmt.Errorf("%s: want at most %d bytes", where, maxSecret)
	}
	v := strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r")
	if v == "" {
		return "", fmt.Errorf("%s: the file is empty", where)
	}
	return v, nil
}

func readableByAll(info fs.FileInfo) bool { return info.Mode().Perm()&0o004 != 0 }
