package jobs_test

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/jobs"
)

// registers returns what package daebus has against spec.
func registers(spec string) error {
	app := daebus.New("clock")
	app.Cron("job", spec, func(context.Context) error { return nil })
	return app.Err()
}

// runs returns what gocron has against spec.
func runs(spec string) error {
	_, err := jobs.New([]daebus.Job{{Name: "job", Spec: spec}}, slog.New(slog.DiscardHandler))
	return err
}

// Package daebus knows the grammar without gocron, so that a mistake is found
// where it is made. Here both are held against each other.
func TestBothGrammarsAgree(t *testing.T) {
	for spec, want := range map[string]bool{
		"* * * * *": true, "? ? ? ? ?": true, "*/5 * * * *": true, "0 0 1 1 0": true,
		"0-10,30-40/2 8-18 * * mon-fri": true, "5/15 * * * *": true, "0 0 * jan,Jul SUN": true,
		"59 23 31 12 6": true, "*/1000 * * * *": true, "\t0 1  * * *\t": true, "007 1 * * *": true,
		"@hourly": true, "@daily": true, "@midnight": true, "@weekly": true, "@monthly": true,
		"@yearly": true, "@annually": true,

		"": false, "* * * *": false, "* * * * * *": false, "60 * * * *": false, "* 24 * * *": false,
		"* * 0 * *": false, "* * 32 * *": false, "* * * 13 *": false, "* * * * 7": false,
		"*/0 * * * *": false, "*/ * * * *": false, "*/x * * * *": false, "1/2/3 * * * *": false,
		"5-1 * * * *": false, "1-2-3 * * * *": false, "-1 * * * *": false, "1- * * * *": false,
		"0 0 * fri *": false, "a * * * *": false, "@never": false, "@Daily": false, "@": false,

		// Days that their months do not have.
		"0 0 30 2 *": false, "0 0 31 feb,apr *": false, "0 0 31 4/5 ?": false, "0 0 30,31 2 */1": false,
		"0 0 29 2 *": true, "0 0 31 2-3 *": true, "0 0 30 2 1": true, "0 0 30 2 */2": true,
		"0 0 30/2 2 0-6": true, "0 0 */31 2 *": true, "0 0 31 4 1,*": false, "0 0 31 * *": true,
	} {
		if err := registers(spec); (err == nil) != want {
			t.Errorf("%q: daebus says %v, want accepted: %v", spec, err, want)
		}
		if err := runs(spec); (err == nil) != want {
			t.Errorf("%q: gocron says %v, want accepted: %v", spec, err, want)
		}
	}
}

// What gocron takes and a service may not use: time zones, as specs are in
// local time; @every, for which there is Every; and slips that it overlooks.
func TestWhatOnlyGocronAccepts(t *testing.T) {
	for _, spec := range []string{
		"TZ=UTC * * * * *", "CRON_TZ=UTC * * * * *", "TZ=UTC @daily",
		"@every 1h", "@every 0s",
		" @daily", "@daily ",
		",1 * * * *", "1,,2 * * * *", "1, * * * *",
		"*-5 * * * *", "?-x * * * *", "*-1-2 * * * *",
		"+5 * * * *", "*/+5 * * * *", "*/65536 * * * *",
	} {
		if err := registers(spec); err == nil {
			t.Errorf("%q: daebus accepts it", spec)
		}
		if err := runs(spec); err != nil {
			t.Errorf("%q: gocron refuses it, so it belongs in the other test: %v", spec, err)
		}
	}
}

// gocronOnly reports whether a spec shows one of the differences above.
func gocronOnly(spec string) bool {
	if strings.Contains(spec, "TZ=") || strings.HasPrefix(strings.TrimSpace(spec), "@") {
		return true
	}
	for _, field := range strings.Fields(spec) {
		for _, item := range strings.Split(field, ",") {
			_, step, _ := strings.Cut(item, "/")
			if item == "" || strings.ContainsAny(item, "+") || strings.HasPrefix(item, "*-") ||
				strings.HasPrefix(item, "?-") || len(strings.TrimLeft(step, "0")) > 4 {
				return true
			}
		}
	}
	return false
}

func compare(t *testing.T, spec string) {
	t.Helper()
	service := registers(spec)
	if service != nil && gocronOnly(spec) {
		return
	}
	if rule := runs(spec); (service == nil) != (rule == nil) {
		t.Errorf("%q: daebus says %v, gocron says %v", spec, service, rule)
	}
}

func TestGrammarsAgreeOnRandomSpecs(t *testing.T) {
	pick := func(rnd *rand.Rand, words string) string {
		list := strings.Fields(words)
		return list[rnd.IntN(len(list))]
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	value := func() string {
		return pick(rnd, "0 1 2 3 4 5 6 7 11 12 13 23 24 28 29 30 30 31 31 31 32 59 60 feb FEB apr Sun fri 02 -1 x")
	}
	item := func() string {
		var b strings.Builder
		b.WriteString(pick(rnd, "* * ? v v v v r"))
		s := strings.NewReplacer("v", value(), "r", value()+"-"+value()).Replace(b.String())
		if rnd.IntN(4) == 0 {
			s += "/" + pick(rnd, "0 1 1 2 5 31 100 x")
		}
		return s
	}
	accepted := 0
	for range 20_000 {
		fields := []string{"0", "0", item(), item(), pick(rnd, "* * ? */1 */2 0-6 1")}
		if rnd.IntN(2) == 0 {
			fields[rnd.IntN(5)] = item() + "," + item()
		}
		spec := strings.Join(fields, " ")
		compare(t, spec)
		if registers(spec) == nil {
			accepted++
		}
	}
	if accepted < 2000 {
		t.Errorf("only %d of 20,000 specs were good ones: the test is blind", accepted)
	}
}

func FuzzGrammarsAgree(f *testing.F) {
	for _, spec := range []string{"* * * * *", "*/5 0-3,7 1 jan mon", "0 0 30 2 *", "@daily", "1-2/3 ? * * 0,6"} {
		f.Add(spec)
	}
	f.Fuzz(compare)
}
