package main

import (
	"io/fs"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/daebus/daebustest"
)

func TestPageIsCompleteAndLocal(t *testing.T) {
	files := page()
	used := regexp.MustCompile(`(?:src|href)="static/([^"]+)"|from '\./([^']+)'`)
	away := regexp.MustCompile(`(?:src|href|url|import|fetch)\W{1,3}https?://`)
	err := fs.WalkDir(files, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, name)
		for _, m := range used.FindAllStringSubmatch(string(text), -1) {
			if _, err := fs.Stat(files, m[1]+m[2]); err != nil {
				t.Errorf("%s asks for %s: %v", name, m[1]+m[2], err)
			}
		}
		if m := away.Find(text); m != nil {
			t.Errorf("%s asks another host: %s", name, m)
		}
		if strings.Contains(string(text), "innerHTML") {
			t.Errorf("%s makes markup of data", name)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestPageHeaders(t *testing.T) {
	kiosk := daebustest.Run(t, daebustest.NewBus(), New())
	for path, kind := range map[string]string{
		"/":                 "text/html; charset=utf-8",
		"/static/main.js":   "text/javascript; charset=utf-8",
		"/static/style.css": "text/css; charset=utf-8",
	} {
		w := kiosk.HTTP("GET", path, nil)
		h := w.Header()
		if w.Code != http.StatusOK || h.Get("Content-Type") != kind || !strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'self';") || h.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: got %d %v", path, w.Code, h)
		}
	}
}
