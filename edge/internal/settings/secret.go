package settings

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Mask stands for a secret. It is refused as one: it would be the trace of
// printed settings used as a file.
const Mask = "********"

// ErrMasked refuses a Mask where a secret may stand.
var ErrMasked = errors.New("the secret is masked; write the real one, or name a file that holds it")

// maxSecret bounds the bytes read from a file that holds a secret.
const maxSecret = 4096

type veiled struct {
	text
	hide func(string) string
}

// Veiled is Text of which others see only what hide leaves. hide must hold for
// text that check refuses too, since that is what ends up in error texts.
func Veiled(p *string, check func(string) error, hide func(string) string) Kind {
	return veiled{text{p, check}, hide}
}

func (v veiled) literal() string      { return quote(v.hide(*v.p)) }
func (v veiled) mask(s string) string { return v.hide(s) }

type secret struct {
	p, file *string
	what    string
}

// Secret is text nobody else may see; it has no flag. Its table has a Text at
// file too, whose key is that of the secret with _file behind it. The secret is
// read from there, or else from the systemd credential of its own key. The error
// about a secret that is given twice calls it what.
func Secret(p, file *string, what string) Kind { return secret{p, file, what} }

func (s secret) Set(v string) error {
	if v == Mask {
		return ErrMasked
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
	return Mask
}

// read reads the secret that is not set from its file, or else from the
// credential key in the directory systemd keeps credentials in. No file and no
// credential is no secret.
func (s secret) read(key, credentials string) (err error) {
	if *s.p != "" {
		return nil
	}
	if path := *s.file; path != "" {
		where := fmt.Sprintf("config: %s_file %q", key, path)
		*s.p, err = readSecret(where, path, credentials != "" && strings.HasPrefix(path, credentials+"/"))
		return err
	}
	if credentials == "" {
		return nil
	}
	path := filepath.Join(credentials, key)
	if !exists(path) {
		return nil
	}
	*s.p, err = readSecret(fmt.Sprintf("config: credential %q", path), path, true)
	return err
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
