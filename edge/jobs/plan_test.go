package jobs

import (
	"testing"
	"time"
	_ "time/tzdata" // Europe/Berlin, wherever the test runs

	"github.com/daebus/daebus-go/daebus"
)

func rule(t *testing.T, spec string) *job {
	t.Helper()
	rule, err := parse("CRON_TZ=Europe/Berlin " + spec)
	if err != nil {
		t.Fatal(err)
	}
	return &job{Job: daebus.Job{Spec: spec}, rule: rule}
}

func at(t *testing.T, s string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	when, err := time.ParseInLocation("2006-01-02 15:04:05 -0700", s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return when.In(zone)
}

func due(t *testing.T, j *job, want string) {
	t.Helper()
	if got := j.due.Format("2006-01-02 15:04:05 -0700"); got != want {
		t.Errorf("due %s, want %s", got, want)
	}
}

func TestClockFallsBack(t *testing.T) {
	daily, often := rule(t, "30 2 * * *"), rule(t, "*/30 * * * *")
	daily.plan(at(t, "2026-10-25 01:59:00 +0200"))
	due(t, daily, "2026-10-25 02:30:00 +0200")
	daily.plan(daily.due)
	due(t, daily, "2026-10-26 02:30:00 +0100")

	often.plan(at(t, "2026-10-25 02:15:00 +0200"))
	due(t, often, "2026-10-25 02:30:00 +0200")
	often.plan(often.due)
	due(t, often, "2026-10-25 02:00:00 +0100")
	often.plan(often.due)
	due(t, often, "2026-10-25 02:30:00 +0100")
}

func TestClockIsSet(t *testing.T) {
	for _, c := range []struct{ name, now, want string }{
		{"forward over due times", "2026-03-03 15:30:00 +0100", "2026-03-03 16:00:00 +0100"},
		{"forward a little", "2026-03-03 12:10:00 +0100", "2026-03-03 13:00:00 +0100"},
		{"back over the last run", "2026-03-03 11:59:58 +0100", "2026-03-03 13:00:00 +0100"},
		{"back by far", "2026-03-01 08:10:00 +0100", "2026-03-01 09:00:00 +0100"},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := rule(t, "0 * * * *")
			j.plan(at(t, "2026-03-03 11:30:00 +0100"))
			j.plan(j.due)
			due(t, j, "2026-03-03 13:00:00 +0100")
			j.replan(at(t, c.now))
			due(t, j, c.want)
		})
	}
}

func TestSettingTheClockLeavesIntervalsAlone(t *testing.T) {
	now := time.Now()
	j := &job{Job: daebus.Job{Interval: time.Minute}}
	j.plan(now)
	j.replan(now.Add(time.Hour))
	if got := j.due.Sub(now); got != time.Minute {
		t.Errorf("due in %v, want 1m", got)
	}
}

func TestMissedByFar(t *testing.T) {
	j := rule(t, "0 * * * *")
	j.stats = new(Stats)
	j.meet(time.Hour)
	if j.running.Load() || j.stats.Skipped.Load() != 1 || j.stats.Runs.Load() != 0 {
		t.Error("a due time missed by an hour was run")
	}
}
