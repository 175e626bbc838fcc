package quiet_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/edge/internal/quiet"
)

func TestFloodIsHeldBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		log := slog.New(quiet.New(slog.NewTextHandler(&out, nil)))
		for range 1000 {
			log.With("service", "s").Warn("flood")
		}
		log.Warn("another text")
		if got := strings.Count(out.String(), "msg=flood"); got != 10 {
			t.Errorf("got %d lines of the flood, want 10", got)
		}
		if !strings.Contains(out.String(), "another text") {
			t.Error("the flood hid another text")
		}
		out.Reset()
		time.Sleep(10 * time.Second)
		log.Warn("flood")
		if !strings.Contains(out.String(), "held_back=990") {
			t.Errorf("got %q, want held_back=990", out.String())
		}
	})
}
