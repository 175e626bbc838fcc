package main

import (
	"context"
	"time"
)

// rendered is what a screen has to show when it shows a device: the page's own
// rendered() reads the same out of its document. The members are in the order
// of their names in JSON.
type rendered struct {
	Alerts   map[string]string `json:"alerts"` // what is said of each
	Bus      string            `json:"bus"`
	Calls    map[string][4]any `json:"calls"` // count, failed, p50 and p99
	Device   string            `json:"device"`
	Devices  []string          `json:"devices"`
	Readings map[string][2]any `json:"readings"` // value and quality
}

type renderedRequest struct {
	Device string `json:"device"`
}

// render answers GET /api/screen, with which a test compares a page.
func (k *kiosk) render(_ context.Context, in renderedRequest) (rendered, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	v := rendered{Alerts: map[string]string{}, Bus: "down", Calls: map[string][4]any{}, Device: in.Device, Devices: []string{},
		Readings: map[string][2]any{}}
	if k.bus.up {
		v.Bus = "up"
	}
	for key, a := range k.alerts.shown() {
		v.Alerts[key] = "ended"
		if a.Active {
			v.Alerts[key] = string(a.Level)
		}
		if a.Active && a.Acknowledged {
			v.Alerts[key] += ", acknowledged"
		}
	}
	for name, c := range k.calls.view() {
		v.Calls[name] = [4]any{c.Count, c.Failed, c.P50, c.P99}
	}
	for _, d := range k.store.devices {
		v.Devices = append(v.Devices, d.name)
		if d.name != in.Device {
			continue
		}
		for id, r := range d.view(time.Now()).Readings {
			v.Readings[id] = [2]any{r.Value, r.Quality}
		}
	}
	return v, nil
}
