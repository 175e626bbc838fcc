package daebus

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Static serves the files of fsys, such as those of a page in an embed.FS:
//
//	app.Route("GET /", daebus.Static(page))
//	app.Route("GET /static/", http.StripPrefix("/static/", daebus.Static(files)))
//
// A directory is its index.html and never a listing; what begins with a dot is
// not served, but for .well-known, nor what is no file, as a pipe. Symbolic links
// are up to fsys: os.DirFS follows them anywhere, the FS of an os.Root does not
// leave its directory. Where fsys has app.js.br or app.js.gz beside
// app.js, clients that take Brotli or gzip get that. Clients keep what they have
// got, and ask each time whether it still holds: by an ETag, which is a hash of
// the content that is computed once for as long as the file's size and time stay.
// Ranges are answered.
//
// The types of files follow from their names alone, and not from the tables of
// the machine. A page is told to load nothing from elsewhere and to run
// nothing inline; a http.Handler around this one says otherwise by setting
// Content-Security-Policy, or Cache-Control, first.
func Static(fsys fs.FS) http.Handler { return &static{fsys: fsys} }

type static struct {
	fsys fs.FS
	tags sync.Map // of tag by the name of a file, which is there
}

// tag is the ETag of a file as it was.
type tag struct {
	size int64
	time time.Time
	hash string
}

// pagePolicy is for pages, and drawings that are opened as if they were. Icons
// are often data URLs.
const pagePolicy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"

func (s *static) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		writeStatus(w, r, http.StatusMethodNotAllowed)
		return
	}
	name := path.Clean("/" + r.URL.Path)[1:]
	if strings.HasSuffix(r.URL.Path, "/") || name == "" {
		name = path.Join(name, "index.html")
	}
	info, err := s.stat(name)
	if err == nil && info.IsDir() {
		if _, err = s.stat(name + "/index.html"); err == nil {
			w.Header().Set("Location", "./"+url.PathEscape(path.Base(name))+"/") // what it links to is below it
			writeStatus(w, r, http.StatusMovedPermanently)
			return
		}
	}
	if err != nil {
		writeStatus(w, r, http.StatusNotFound)
		return
	}
	if err := s.serve(w, r, name); err != nil {
		slog.Error("file not served", "err", err)
		WriteError(w, 0, err)
	}
}

func (s *static) stat(name string) (fs.FileInfo, error) {
	if hidden(name) {
		return nil, fs.ErrNotExist
	}
	info, err := fs.Stat(s.fsys, name)
	if err == nil && !info.IsDir() && !info.Mode().IsRegular() {
		return nil, fs.ErrNotExist // opening a pipe may wait for ever
	}
	return info, err
}

func hidden(name string) bool {
	return !fs.ValidPath(name) || strings.Contains("/"+strings.TrimPrefix(name, ".well-known/"), "/.")
}

// serve answers with the file called name, or a compressed one beside it. With
// an error it has written nothing.
func (s *static) serve(w http.ResponseWriter, r *http.Request, name string) error {
	encoding, suffix := s.choose(w.Header(), r.Header["Accept-Encoding"], name)
	f, err := s.fsys.Open(name + suffix)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	content, ok := f.(io.ReadSeeker)
	if !ok {
		whole, err := io.ReadAll(f)
		if err != nil {
			return err
		}
		content = bytes.NewReader(whole)
	}
	hash, err := s.hash(name+suffix, info, content)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("ETag", hash)
	h.Set("Content-Type", typeOf(name))
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
		h.Set("Content-Length", strconv.FormatInt(info.Size(), 10))
	}
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-cache") // kept, but asked for anew: a device is updated under an open page
	}
	if h.Get("Content-Security-Policy") == "" {
		h.Set("Content-Security-Policy", pagePolicy)
	}
	http.ServeContent(w, r, "", time.Time{}, content)
	return nil
}

// hash is the ETag of content, which it leaves at its beginning.
func (s *static) hash(name string, info fs.FileInfo, content io.ReadSeeker) (string, error) {
	if old, ok := s.tags.Load(name); ok {
		if t := old.(tag); t.size == info.Size() && t.time.Equal(info.ModTime()) {
			return t.hash, nil
		}
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, content); err != nil {
		return "", err
	}
	if _, err := content.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	hash := `"` + hex.EncodeToString(sum.Sum(nil)[:12]) + `"`
	s.tags.Store(name, tag{info.Size(), info.ModTime(), hash})
	return hash, nil
}
