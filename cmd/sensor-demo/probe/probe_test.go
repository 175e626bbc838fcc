package probe_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
	"github.com/daebus/daebus-go/cmd/sensor-demo/probe"
	"github.com/daebus/daebus-go/cmd/sensor-demo/probe/probetest"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// list is what one Read returned, by ID.
type list map[string]contract.Reading

func newProbe(m probetest.Machine) *probe.Probe {
	return probe.New(probe.Options{ProcRoot: m.Proc(), SysRoot: m.Sys(), Root: m.Root})
}

// read reads, and checks what must hold for every reading.
func read(t *testing.T, p *probe.Probe, now time.Time) list {
	t.Helper()
	got := make(list)
	for _, r := range p.Read(now) {
		_, twice := got[r.ID]
		switch {
		case twice:
			t.Errorf("%s is reported twice", r.ID)
		case r.ID == "" || r.Kind == "" || r.Name == "":
			t.Errorf("%+v: id, kind or name is empty", r)
		case r.Quality == contract.Good && (r.Value == nil || r.Reason != ""):
			t.Errorf("%s is good without a value, or with a reason: %q", r.ID, r.Reason)
		case r.Quality != contract.Good && r.Reason == "":
			t.Errorf("%s is %s without a reason", r.ID, r.Quality)
		case (r.Quality == contract.Error || r.Quality == contract.Absent) && r.Value != nil:
			t.Errorf("%s is %s and has the value %v", r.ID, r.Quality, *r.Value)
		case r.Value != nil && (math.IsNaN(*r.Value) || math.IsInf(*r.Value, 0) || r.Unit == ""):
			t.Errorf("%s is %v %q", r.ID, *r.Value, r.Unit)
		case r.Time.Location() != time.UTC || !r.Expires.After(r.Time):
			t.Errorf("%s: time %v, expires %v", r.ID, r.Time, r.Expires)
		}
		if _, err := json.Marshal(r); err != nil {
			t.Errorf("%s: %v", r.ID, err)
		}
		got[r.ID] = r
	}
	return got
}

func (l list) want(t *testing.T, id string, value float64, unit string) {
	t.Helper()
	r, ok := l[id]
	switch {
	case !ok:
		t.Errorf("%s is missing", id)
	case r.Quality != contract.Good:
		t.Errorf("%s is %s: %s", id, r.Quality, r.Reason)
	case math.Abs(*r.Value-value) > 1e-6*max(1, math.Abs(value)) || r.Unit != unit:
		t.Errorf("%s: got %v %s, want %v %s", id, *r.Value, r.Unit, value, unit)
	}
}

func (l list) wantNot(t *testing.T, id string, q contract.Quality, reason string) {
	t.Helper()
	r, ok := l[id]
	switch {
	case !ok:
		t.Errorf("%s is missing", id)
	case r.Quality != q || !strings.Contains(r.Reason, reason):
		t.Errorf("%s is %s (%s), want %s (%s)", id, r.Quality, r.Reason, q, reason)
	}
}

func TestPi4(t *testing.T) {
	m := probetest.Pi4(t)
	p := newProbe(m)
	first := read(t, p, noon)
	for _, id := range []string{"cpu.usage", "cpu.iowait", "disk.mmcblk0.read", "disk.sda.busy", "net.eth0.rx", "net.wlan0.tx"} {
		first.wantNot(t, id, contract.Absent, "needs two samples")
	}

	m.Write("proc/stat", "cpu  184162 1203 96627 13842251 20428 0 4127 0 0 0\n") // 100 + 50 busy, 240 idle, 10 waiting
	m.Write("proc/diskstats", " 179 0 mmcblk0 31204 10877 2001634 412311 88123 70112 3120848 2210034 0 512220 2622345\n")
	m.Write("proc/net/dev", "eth0:734122209 601122 0 12 0 0 0 31002 88125034 402211 0 0 0 0 0 0\n")
	got := read(t, p, noon.Add(4*time.Second))

	got.want(t, "cpu.usage", 37.5, "%")
	got.want(t, "cpu.iowait", 2.5, "%")
	got.want(t, "memory.used", 100*(1-3201804.0/3884360), "%")
	got.want(t, "memory.available", 3201804*1024, "B")
	got.want(t, "memory.swap", 100*(1-76797.0/102396), "%")
	got.want(t, "load.1", 0.52, "1")
	got.want(t, "load.15", 0.18, "1")
	got.want(t, "uptime", 35422.71, "s")
	got.want(t, "pressure.cpu.some", 1.25, "%")
	got.want(t, "pressure.io.full", 2.75, "%")
	got.want(t, "disk.mmcblk0.read", 200*512/4, "B/s")
	got.want(t, "disk.mmcblk0.write", 400*512/4, "B/s")
	got.want(t, "disk.mmcblk0.busy", 25, "%")
	got.want(t, "net.eth0.rx", 2500, "B/s")
	got.want(t, "net.eth0.tx", 1250, "B/s")
	got.want(t, "thermal.cpu-thermal", 48.199, "°C")
	got.want(t, "hwmon.cpu_thermal.temp1", 48.199, "°C")
	got.want(t, "hwmon.rpi_volt.in0_lcrit_alarm", 0, "1")
	got.want(t, "hwmon.emc2301@1-002f.fan1", 2913, "rpm")
	got.want(t, "hwmon.ina219@1-0040.in1", 5.104, "V")
	got.want(t, "hwmon.ina219@1-0040.curr1", -0.642, "A")
	got.want(t, "hwmon.ina219@1-0040.power1", 3.28, "W")
	for _, id := range []string{"fs./.used", "fs./boot/firmware.free", "fs./media/usb stick.used"} {
		if r := got[id]; r.Quality != contract.Good || r.Kind != contract.FileSystem {
			t.Errorf("%s: got %+v", id, r)
		}
	}
	got.wantNot(t, "disk.sda.read", contract.Absent, "gone")
	got.wantNot(t, "net.wlan0.rx", contract.Absent, "gone")

	if name := got["hwmon.emc2301@1-002f.fan1"].Name; name != "emc2301 case fan" {
		t.Errorf("the fan is called %q", name)
	}
	for id := range got {
		for _, not := range []string{"mmcblk0p", "boot0", "sda1", "loop", "ram0", ".lo.", "veth", "/mnt/nas", "/var/lib/bind", "/run", "cooling", "pwm", "w1"} {
			if strings.Contains(id, not) {
				t.Errorf("%s is reported", id)
			}
		}
	}
}

func TestNothingIsThere(t *testing.T) {
	p := probe.New(probe.Options{ProcRoot: t.TempDir(), SysRoot: t.TempDir(), OneWire: []string{"28-*"}})
	for range 2 {
		got := read(t, p, noon)
		for _, id := range []string{"cpu", "memory", "load", "uptime", "pressure", "disk", "fs", "net", "hwmon", "thermal", "w1"} {
			got.wantNot(t, id, contract.Absent, "")
		}
		if len(got) != 11 {
			t.Errorf("got %d readings, want one for each source", len(got))
		}
	}
}

func TestOneSourceFails(t *testing.T) {
	m := probetest.Pi4(t)
	p := newProbe(m)
	before := read(t, p, noon)
	m.Write("proc/meminfo", "gibberish")
	m.Remove("proc/pressure")
	m.Write("sys/devices/virtual/thermal/thermal_zone0/temp", "")
	after := read(t, p, noon.Add(time.Second))
	for _, id := range []string{"memory.used", "memory.available", "memory.swap"} {
		after.wantNot(t, id, contract.Error, "no MemTotal")
	}
	after.wantNot(t, "pressure.cpu.some", contract.Absent, "no such file")
	after.wantNot(t, "thermal.cpu-thermal", contract.Error, "whole number")
	after.want(t, "load.1", 0.52, "1")
	if len(after) != len(before) {
		t.Errorf("got %d readings, want %d as before", len(after), len(before))
	}
}

func TestResetIsNotARate(t *testing.T) {
	m := probetest.Pi4(t)
	p := newProbe(m)
	read(t, p, noon)
	m.Write("proc/net/dev", "eth0: 10 1 0 0 0 0 0 0 4294967290 1 0 0 0 0 0 0\n")
	read(t, p, noon.Add(time.Second)).wantNot(t, "net.eth0.rx", contract.Absent, "went back")
	m.Write("proc/net/dev", "eth0: 20 1 0 0 0 0 0 0 4 1 0 0 0 0 0 0\n")
	got := read(t, p, noon.Add(2*time.Second))
	got.want(t, "net.eth0.rx", 10, "B/s")
	got.want(t, "net.eth0.tx", 10, "B/s") // 32 bits wrapped

	m.Write("proc/net/dev", "wlan0: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n")
	read(t, p, noon.Add(3*time.Second)).wantNot(t, "net.eth0.rx", contract.Absent, "gone")
	m.Write("proc/net/dev", "eth0: 500 1 0 0 0 0 0 0 500 1 0 0 0 0 0 0\n")
	read(t, p, noon.Add(4*time.Second)).wantNot(t, "net.eth0.rx", contract.Absent, "needs two samples")
	read(t, p, noon).wantNot(t, "net.eth0.rx", contract.Absent, "needs two samples") // the clock went back
	read(t, p, noon.Add(time.Second)).want(t, "net.eth0.rx", 0, "B/s")
}

func TestImplausibleIsSuspect(t *testing.T) {
	m := probetest.Pi4(t)
	m.Write("sys/devices/virtual/thermal/thermal_zone0/temp", "-274000\n")
	m.Write("sys/devices/platform/soc/fe804000.i2c/i2c-1/1-002f/hwmon/hwmon2/fan1_input", "5400000\n")
	got := read(t, newProbe(m), noon)
	got.wantNot(t, "thermal.cpu-thermal", contract.Suspect, "-274 °C is not plausible")
	got.wantNot(t, "hwmon.emc2301@1-002f.fan1", contract.Suspect, "not plausible")
}

func TestLifetime(t *testing.T) {
	p := newProbe(probetest.Pi4(t))
	if r := read(t, p, noon.Add(time.Microsecond))["load.1"]; r.Time != noon || r.Expires != noon.Add(probe.DefaultLifetime) {
		t.Errorf("got %v to %v", r.Time, r.Expires)
	}
	p.SetLifetime(3 * time.Second)
	r := read(t, p, noon)["load.1"]
	if r.Expires != noon.Add(3*time.Second) || r.At(noon.Add(4*time.Second)).Quality != contract.Stale {
		t.Errorf("got %v to %v", r.Time, r.Expires)
	}
}

func TestReadingsAreTheCallers(t *testing.T) {
	p := newProbe(probetest.Pi4(t))
	first := p.Read(noon)
	want, _ := json.Marshal(first)
	p.Read(noon.Add(time.Second))
	p.Read(noon.Add(2 * time.Second))
	if got, _ := json.Marshal(first); string(got) != string(want) {
		t.Error("a later Read changed what an earlier one returned")
	}
}

func TestThisMachine(t *testing.T) {
	p := probe.New(probe.Options{OneWire: []string{"28-*"}})
	read(t, p, time.Now())
	got := read(t, p, time.Now().Add(time.Second))
	for _, id := range []string{"memory.used", "memory.available", "load.1", "uptime"} {
		if got[id].Quality != contract.Good {
			t.Errorf("got %+v", got[id])
		}
	}
	for id, r := range got {
		if r.Quality == contract.Error {
			t.Logf("%s: %s", id, r.Reason) // a machine may be sick
		}
	}
}

func BenchmarkRead(b *testing.B) {
	p := newProbe(probetest.Pi4(b))
	now := noon
	b.ReportAllocs()
	for b.Loop() {
		now = now.Add(time.Second)
		p.Read(now)
	}
}
