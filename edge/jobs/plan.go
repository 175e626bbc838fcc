package jobs

import (
	"time"

	"github.com/go-co-op/gocron/v2"
)

// parse reads a cron spec of five fields or a word such as @hourly.
func parse(spec string) (gocron.Cron, error) {
	rule := gocron.NewDefaultCron(false)
	if err := rule.IsValid(spec, time.Local, time.Now()); err != nil {
		return nil, err
	}
	return rule, nil
}

// plan finds when the job is due next after now.
func (j *job) plan(now time.Time) {
	j.last = j.due
	if j.cron() {
		j.due = j.after(now)
		return
	}
	if j.due.IsZero() {
		j.due = now
	}
	// The beat is kept; what passed meanwhile is left out.
	j.due = j.due.Add(j.Interval)
	if late := now.Sub(j.due); late >= 0 {
		j.due = j.due.Add(late.Truncate(j.Interval) + j.Interval)
	}
}

// replan follows a wall clock that was set. Where it went back over a run by
// less than an hour, that run is not repeated; by more, the clock was wrong.
func (j *job) replan(now time.Time) {
	if !j.cron() {
		return
	}
	j.due = j.after(now)
	if !j.due.After(j.last) && j.last.Sub(now) < time.Hour {
		j.due = j.after(j.last)
	}
}

// after returns the next time by the rule. Where the clock falls back, gocron's
// rules name the same time of day twice: the second is left out.
func (j *job) after(t time.Time) time.Time {
	next := j.rule.Next(t.Round(0)) // without the monotonic reading: the wall clock decides
	if next.After(j.last) && timeOfDay(next) == timeOfDay(j.last) {
		next = j.rule.Next(next)
	}
	return next
}

// timeOfDay is t as a clock on the wall shows it.
func timeOfDay(t time.Time) [4]int {
	hour, minute, _ := t.Clock()
	return [4]int{t.Year(), t.YearDay(), hour, minute}
}
