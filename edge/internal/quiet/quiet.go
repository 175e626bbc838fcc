// Package quiet keeps a log from flooding a device: a fault that repeats a
// thousand times a second must neither fill the flash nor hide other lines.
package quiet

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

const (
	burst  = 10               // lines of one text that pass in one window
	window = 10 * time.Second // how long the rest of them is held back
	texts  = 256              // texts remembered; more than a program has
)

// Handler passes records on, of each text at most ten in ten seconds. The first
// that passes after a pause says how many were held back.
type Handler struct {
	slog.Handler
	seen *seen
}

// New returns a Handler in front of next.
func New(next slog.Handler) *Handler {
	return &Handler{next, &seen{counts: map[string]*count{}}}
}

// Handle implements slog.Handler.
func (h *Handler) Handle(ctx context.Context, r slog.Record) error {
	held, pass := h.seen.note(r.Message, r.Time)
	if !pass {
		return nil
	}
	if held > 0 {
		r = r.Clone()
		r.AddAttrs(slog.Int("held_back", held))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &Handler{h.Handler.WithAttrs(attrs), h.seen}
}

// WithGroup implements slog.Handler.
func (h *Handler) WithGroup(name string) slog.Handler {
	return &Handler{h.Handler.WithGroup(name), h.seen}
}

type seen struct {
	mu     sync.Mutex // guards below
	counts map[string]*count
}

type count struct {
	since time.Time // when the window began
	n     int       // lines in it
}

// note counts a line and reports whether it passes, and how many of its text
// were held back before it.
func (s *seen) note(text string, now time.Time) (held int, pass bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.counts[text]
	if c == nil {
		if len(s.counts) >= texts {
			clear(s.counts)
		}
		c = &count{since: now}
		s.counts[text] = c
	}
	if now.Sub(c.since) >= window {
		held = max(c.n-burst, 0)
		*c = count{since: now}
	}
	c.n++
	return held, c.n <= burst
}
