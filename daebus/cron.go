package daebus

import (
	"fmt"
	"math/bits"
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
	var sets [5]uint64
	for i, f := range cronFields {
		for item := range strings.SplitSeq(parts[i], ",") {
			set, err := f.parse(item)
			if err != nil {
				return fmt.Sprintf("cron spec %q: %s: %v", spec, f.name, err)
			}
			sets[i] |= set
		}
	}
	if neverDue(sets[2], sets[3], sets[4]) {
		return fmt.Sprintf("cron spec %q is never due: its months have no such day", spec)
	}
	return ""
}

// everyValue is in the set of a * with no step: the field asks nothing.
const everyValue = 1 << 63

// neverDue reports whether the months are all too short for the days. Days of
// the week that are named as well make a spec due on either.
func neverDue(days, months, weekdays uint64) bool {
	const february, short = 1 << 2, 1<<2 | 1<<4 | 1<<6 | 1<<9 | 1<<11
	first := bits.TrailingZeros64(days)
	return weekdays&everyValue != 0 &&
		(first >= 30 && months == february || first == 31 && months&^short == 0)
}

// parse reads one item, *, n, n-m, each with an optional /step, as a set of bits.
func (f cronField) parse(item string) (set uint64, err error) {
	span, step, stepped := strings.Cut(item, "/")
	by := uint64(1)
	if stepped {
		if by, err = strconv.ParseUint(step, 10, 16); err != nil || by == 0 {
			return 0, fmt.Errorf("step %q: want a number above 0", step)
		}
	}
	low, high := f.min, f.max
	if span == "*" || span == "?" {
		if by == 1 {
			set = everyValue
		}
	} else {
		from, to, ranged := strings.Cut(span, "-")
		if low, err = f.value(from); err != nil {
			return 0, err
		}
		if ranged {
			high, err = f.value(to)
		} else if !stepped {
			high = low
		}
		if err == nil && high < low {
			err = fmt.Errorf("%q runs backwards", span)
		}
	}
	for n := low; n <= high; n += int(by) {
		set |= 1 << n
	}
	return set, err
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
