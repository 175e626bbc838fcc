package daebus

import (
	"cmp"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// variants are the compressed files that may stand beside a file, the smaller
// first.
var variants = []struct{ encoding, suffix string }{{"br", ".br"}, {"gzip", ".gz"}}

// choose finds the variant of the file called name that the client takes, if
// there is any, and says so in the headers of the answer.
func (s *static) choose(h http.Header, accepted []string, name string) (encoding, suffix string) {
	varies := false
	for _, v := range variants {
		if info, err := s.stat(name + v.suffix); err != nil || info.IsDir() {
			continue
		}
		varies = true
		if encoding == "" && accepts(accepted, v.encoding) {
			encoding, suffix = v.encoding, v.suffix
		}
	}
	if varies {
		h.Add("Vary", "Accept-Encoding")
	}
	return encoding, suffix
}

// accepts follows RFC 9110, section 12.5.3: a coding is taken when it, or else
// *, is listed with another quality than 0.
func accepts(lines []string, coding string) bool {
	rest := false
	for _, line := range lines {
		for item := range strings.SplitSeq(line, ",") {
			name, quality, _ := strings.Cut(item, ";")
			name = strings.ToLower(strings.TrimSpace(name))
			quality, weighed := strings.CutPrefix(strings.ToLower(strings.TrimSpace(quality)), "q=")
			q, err := strconv.ParseFloat(cmp.Or(quality, "1"), 64)
			taken := !weighed || err == nil && q > 0
			switch name {
			case coding:
				return taken
			case "*":
				rest = taken
			}
		}
	}
	return rest
}

// types are the media types of what pages are made of.
var types = map[string]string{
	".avif":        "image/avif",
	".css":         "text/css; charset=utf-8",
	".gif":         "image/gif",
	".htm":         "text/html; charset=utf-8",
	".html":        "text/html; charset=utf-8",
	".ico":         "image/vnd.microsoft.icon",
	".jpeg":        "image/jpeg",
	".jpg":         "image/jpeg",
	".js":          "text/javascript; charset=utf-8",
	".json":        "application/json",
	".map":         "application/json",
	".mjs":         "text/javascript; charset=utf-8",
	".mp3":         "audio/mpeg",
	".mp4":         "video/mp4",
	".ogg":         "audio/ogg",
	".pdf":         "application/pdf",
	".png":         "image/png",
	".svg":         "image/svg+xml",
	".ts":          "text/plain; charset=utf-8",
	".ttf":         "font/ttf",
	".txt":         "text/plain; charset=utf-8",
	".wasm":        "application/wasm",
	".wav":         "audio/wav",
	".webm":        "video/webm",
	".webmanifest": "application/manifest+json",
	".webp":        "image/webp",
	".woff":        "font/woff",
	".woff2":       "font/woff2",
	".xml":         "application/xml",
}

// typeOf is octet-stream for what is not known: a browser saves it, and does
// not guess. Without an extension a file is text, as LICENSE is.
func typeOf(name string) string {
	ext := strings.ToLower(path.Ext(name))
	if ext == "" {
		return types[".txt"]
	}
	return cmp.Or(types[ext], "application/octet-stream")
}
