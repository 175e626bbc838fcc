package daebus

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
)

// StaticVersion is a hash of the names and contents of all files of fsys, for
// Blueprint.PageVersion. A file that cannot be read counts by its name.
func StaticVersion(fsys fs.FS) string {
	whole := sha256.New()
	_ = fs.WalkDir(fsys, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return nil
		}
		content, _ := fs.ReadFile(fsys, name)
		sum := sha256.Sum256(content)
		whole.Write([]byte(name))
		whole.Write(sum[:])
		return nil
	})
	return hex.EncodeToString(whole.Sum(nil)[:8])
}
