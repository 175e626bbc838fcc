package main

import (
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// The processes of a measurement are this binary again.
func TestMain(m *testing.M) {
	if job := os.Getenv(jobVariable); job != "" {
		exit(work(job))
	}
	os.Exit(m.Run())
}

func TestEverySystemAnswers(t *testing.T) {
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Skip("needs redis-server; to install: apt-get install redis-server")
	}
	p, _, err := parse([]string{"-rounds", "1", "-time", "20ms", "-callers", "3", "-sizes", "16"})
	if err != nil {
		t.Fatal(err)
	}
	found, err := p.measure(t.Context(), t.Output())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range systems {
		got := found[cell{16, 3}][s.name]
		if len(got) != 1 || got[0].Requests == 0 || got[0].Failed > 0 {
			t.Errorf("%s: got %+v, want one sample with answers and no failure", s.name, got)
		}
	}
	var table strings.Builder
	if err := p.write(&table, found); err != nil {
		t.Fatal(err)
	}
	if row := "\n| inproc | "; !strings.Contains(table.String(), row) {
		t.Errorf("no row %q in:\n%s", row, &table)
	}
}

func TestEveryServerReachesItsScreens(t *testing.T) {
	p, _, err := parse([]string{"-screens", "-rounds", "1", "-time", "20ms", "-idle", "20ms", "-peers", "5", "-outstanding", "1,3"})
	if err != nil {
		t.Fatal(err)
	}
	found, err := p.screens.measure(t.Context(), t.Output())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fans {
		for _, outstanding := range p.screens.outstanding {
			got := found.pours[flow{5, outstanding}][f.name]
			if len(got) != 1 || got[0].messages == 0 {
				t.Errorf("%s: got %+v, want one measurement with messages", f.name, got)
			}
		}
	}
	var table strings.Builder
	if err := p.screens.write(&table, found); err != nil {
		t.Fatal(err)
	}
	if row := "\n| ours | 3 | "; !strings.Contains(table.String(), row) {
		t.Errorf("no row %q in:\n%s", row, &table)
	}
}

func TestServersAreCompared(t *testing.T) {
	for _, program := range []string{"redis-server", "redis-benchmark"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("needs %s; to install: apt-get install redis-server redis-tools", program)
		}
	}
	p, _, err := parse([]string{"-servers", "-rounds", "1", "-time", "20ms"})
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	if err := p.compareServers(t.Context(), &table, t.Output()); err != nil {
		t.Fatal(err)
	}
	for _, l := range loads() {
		if !strings.Contains(table.String(), "\n| "+l.name+" | ") {
			t.Errorf("no row %q in:\n%s", l.name, &table)
		}
	}
}

func TestProfiles(t *testing.T) {
	dir := t.TempDir()
	err := run(t.Context(), []string{
		"-rounds", "1", "-time", "20ms", "-callers", "1", "-sizes", "16", "-systems", "broker",
		"-cpuprofile", dir, "-memprofile", dir, "-o", filepath.Join(dir, "table.md"),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"table.md", "broker-16-1-callers.cpu", "broker-16-1-service.mem"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := run(ctx, []string{"-time", "1h", "-callers", "1", "-sizes", "16", "-systems", "broker", "-o", os.DevNull}); err == nil {
		t.Error("got no error, want one that says what ended")
	}
}

// The slow twin of a hist is the sorted durations.
func TestQuantiles(t *testing.T) {
	var h hist
	rnd := rand.New(rand.NewPCG(1, 2))
	times := make([]time.Duration, 10_000)
	for i := range times {
		times[i] = time.Duration(rnd.Int64N(1 << rnd.IntN(longest)))
		h.add(times[i])
	}
	slices.Sort(times)
	for _, q := range []float64{0, 0.01, 0.5, 0.99, 0.999} {
		got, want := h.quantile(q), times[int(q*float64(len(times)))]
		if diff := (got - want).Abs(); diff > want/fine {
			t.Errorf("%v: got %v, want %v", q, got, want)
		}
	}
}

func TestPayloads(t *testing.T) {
	for _, size := range []int{minSize, 16, 256} {
		a, b := newPayload(0, size), newPayload(1, size)
		stamp(a, 36*36*36-1)
		if len(a) != max(size, minSize) || string(a) == string(b) || !strings.HasPrefix(string(a), `{"text":"00zzz`) {
			t.Errorf("got %s and %s", a, b)
		}
	}
}
