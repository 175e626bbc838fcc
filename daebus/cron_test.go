package daebus_test

import (
	"strings"
	"testing"

	"github.com/daebus/daebus-go/daebus"
)

func TestCronSpecs(t *testing.T) {
	for spec, want := range map[string]string{
		"* * * * *":            "",
		"0 4 * * mon-FRI":      "",
		"*/5 8-18/2 1,15 * ?":  "",
		"5/10 * * jan,dec sun": "",
		"0 0 31 * *":           "",
		"0 0 30 2 1":           "", // due on Mondays
		"0 0 29 2 *":           "",
		"@hourly":              "",
		"@yearly":              "",

		"@often":        "want one of @yearly",
		"":              "has 0 fields; want 5",
		"* * * *":       "has 4 fields; want 5",
		"0 * * * * *":   "has 6 fields; want 5",
		"60 * * * *":    "minute: 60 is not from 0 to 59",
		"* 24 * * *":    "hour: 24 is not from 0 to 23",
		"* * 0 * *":     "day of month: 0 is not from 1 to 31",
		"* * * 13 *":    "month: 13 is not from 1 to 12",
		"* * * * 7":     "day of week: 7 is not from 0 to 6",
		"x * * * *":     `minute: "x": want a number from 0 to 59, or *`,
		"-1 * * * *":    `minute: "": want a number`,
		"5- * * * *":    `minute: "": want a number`,
		"9-5 * * * *":   `minute: "9-5" runs backwards`,
		"*/0 * * * *":   `minute: step "0": want a number above 0`,
		"*/x * * * *":   `minute: step "x"`,
		"1, * * * *":    `minute: "": want a number`,
		"* * * mon *":   `month: "mon": want a number`,
		"0 0 30 2 *":    "is never due",
		"0 0 31 2,4 *":  "is never due",
		"0 0 31 11 */1": "is never due",
	} {
		app := daebus.New("app")
		app.Cron("job", spec, nothing)
		err := app.Err()
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: got %v, want %q", spec, err, want)
		}
	}
}
