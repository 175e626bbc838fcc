package main

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/daebus/daebustest"
)

func TestPageIsCompleteAndLocal(t *testing.T) {
	p := newPage()
	used := regexp.MustCompile(`(?:src|href)="static/([^"]+)"|from '\./([^']+)'`)
	away := regexp.MustCompile(`(?:src|href|url|import|fetch)\W{1,3}https?://`)
	for name, a := range p.files {
		for _, m := range used.FindAllStringSubmatch(string(a.body), -1) {
			if file := m[1] + m[2]; p.files[file].body == nil {
				t.Errorf("%s asks for %s, which is not there", name, file)
			}
		}
		if m := away.Find(a.body); m != nil {
			t.Errorf("%s asks another host: %s", name, m)
		}
		if strings.HasSuffix(name, ".js") && !strings.HasPrefix(name, "uplot/") && strings.Contains(string(a.body), "innerHTML") {
			t.Errorf("%s makes markup of data", name)
		}
	}
}

func TestPageHeaders(t *testing.T) {
	kiosk := daebustest.Run(t, daebustest.NewBus(), New())
	for path, kind := range map[string]string{
		"/":                               "text/html; charset=utf-8",
		"/static/main.js":                 "text/javascript; charset=utf-8",
		"/static/uplot/uPlot.min.css":     "text/css; charset=utf-8",
		"/static/uplot/LICENSE":           "text/plain; charset=utf-8",
		"/static/uplot/uPlot.iife.min.js": "text/javascript; charset=utf-8",
	} {
		w := kiosk.HTTP("GET", path, nil)
		h := w.Header()
		if w.Code != http.StatusOK || h.Get("Content-Type") != kind || !strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'self';") || h.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: got %d %v", path, w.Code, h)
		}
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("If-None-Match", h.Get("ETag"))
		again := httptest.NewRecorder()
		kiosk.ServeHTTP(again, r)
		if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
			t.Errorf("%s again: got %d and %d bytes, want 304 and none", path, again.Code, again.Body.Len())
		}
	}
}
