package daebus

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// cronField is one field of a cron spec: its name, bounds and words.
type cronField struct {
	name     string
	min, max int
	words    []string // for min, min+1, …
}

var cronFields = []cronField{
	{name: "minute", min: 0, max: 59},
	{name: "hour", min: 0, max: 23},
	{name: "day of month", min: 1, max: 31},
	{name: "month", min: 1, max: 12, words: []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
	{name: "day of week", min: 0, max: 6, words: []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}},
}

var cronWords = []string{"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"}

// cronFault says what is wrong with a spec in the grammar of crontab(5);
// package jobs reads the same grammar.
func cronFault(spec string) string {
	if strings.HasPrefix(spec, "@") {
		if slices.Contains(cronWords, spec) {
			return ""
		}
		return fmt.Sprintf("cron spec %q: want one of %s", spec, strings.Join(cronWords, " "))
	}
	parts := strings.Fields(spec)
	if len(parts) != len(cronFields) {
		return fmt.Sprintf("cron spec %q has %d fields; want 5: minute hour day-of-month month day-of-week", spec, len(parts))
	}
	for i, f := range cronFields {
		for item := range strings.SplitSeq(parts[i], ",") {
			if err := f.check(item); err != nil {
				return fmt.Sprintf("cron spec %q: %s: %v", spec, f.name, err)
			}
		}
	}
	return ""
}

// check reads one item: *, n, n-m, each with an optional /step.
func (f cronField) check(item string) error {
	span, step, stepped := strings.Cut(item, "/")
	if stepped {
		if n, err := strconv.ParseUint(step, 10, 16); err != nil || n == 0 {
			return fmt.Errorf("step %q: want a number above 0", step)
		}
	}
	if span == "*" || span == "?" {
		return nil
	}
	from, to, ranged := strings.Cut(span, "-")
	low, err := f.value(from)
	if err != nil || !ranged {
		return err
	}
	high, err := f.value(to)
	if err == nil && high < low {
		err = fmt.Errorf("%q runs backwards", span)
	}
	return err
}

func (f cronField) value(s string) (int, error) {
	if i := slices.Index(f.words, strings.ToLower(s)); i >= 0 {
		return f.min + i, nil
	}
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return 0, fmt.Errorf("%q: want a number from %d to %d, or *", s, f.min, f.max)
	}
	if int(n) < f.min || int(n) > f.max {
		return 0, fmt.Errorf("%d is not from %d to %d", n, f.min, f.max)
	}
	return int(n), nil
}
