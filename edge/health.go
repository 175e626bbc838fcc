package edge

import (
	"encoding/json"
	"net/http"
	"runtime"
	"sync/atomic"
	"time"
)

// phase is how far a run has come.
type phase struct{ n atomic.Int32 }

const (
	starting int32 = iota
	running
	stopping
)

func (p *phase) set(n int32) { p.n.Store(n) }

func (p *phase) String() string {
	return [...]string{"starting", "running", "stopping"}[p.n.Load()]
}

// health is the body of /healthz: the process is alive. A stranger, who does not
// present the token, gets the status of /healthz and /readyz and nothing else.
type health struct {
	Status     string             `json:"status"`
	Service    string             `json:"service"`
	Version    string             `json:"version"`
	Uptime     float64            `json:"uptime_s"`
	Goroutines int                `json:"goroutines"`
	Peers      int                `json:"peers"`
	Counters   map[string]float64 `json:"counters"`
}

func (r *runner) healthz(w http.ResponseWriter, req *http.Request) {
	if !r.token.Admits(req) {
		reply(w, http.StatusOK, readiness{Status: "ok"})
		return
	}
	s := &r.service.Stats
	reply(w, http.StatusOK, health{
		Status:     "ok",
		Service:    r.service.Name,
		Version:    Version(),
		Uptime:     time.Since(r.started).Seconds(),
		Goroutines: runtime.NumGoroutine(),
		Peers:      r.hub.Len(),
		Counters: map[string]float64{
			"requests":         float64(s.Requests.Load()),
			"messages":         float64(s.Messages.Load()),
			"frames":           float64(s.Frames.Load()),
			"routes":           float64(s.Routes.Load()),
			"errors":           float64(s.Errors.Load()),
			"panics":           float64(s.Panics.Load()),
			"refused":          float64(s.Refused.Load()),
			"missed":           float64(s.Missed.Load()),
			"expired":          float64(s.Expired.Load()),
			"unanswerable":     float64(s.Unanswerable.Load()),
			"unsent":           float64(s.Unsent.Load()),
			"stray_replies":    float64(r.app.Stray.Load()),
			"link_gaps":        float64(r.link.Stats.Gaps.Load()),
			"link_oversized":   float64(r.link.Stats.Oversized.Load()),
			"link_gap_seconds": time.Duration(r.link.Stats.GapTime.Load()).Seconds(),
		},
	})
}

// readiness is the body of /readyz: the service can do its work, or why not.
type readiness struct {
	Status  string   `json:"status"` // ok, degraded, starting, stopping
	Reasons []string `json:"reasons,omitempty"`
}

func (r *runner) readyz(w http.ResponseWriter, req *http.Request) {
	if r.phase.n.Load() != running {
		reply(w, http.StatusServiceUnavailable, readiness{Status: r.phase.String()})
		return
	}
	if err := r.link.Err(); err != nil {
		state := readiness{Status: "degraded"}
		if r.token.Admits(req) {
			state.Reasons = []string{"bus: " + err.Error()}
		}
		reply(w, http.StatusServiceUnavailable, state)
		return
	}
	reply(w, http.StatusOK, readiness{Status: "ok"})
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client may have gone
}
