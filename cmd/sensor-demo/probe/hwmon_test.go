package probe_test

import (
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
	"github.com/daebus/daebus-go/cmd/sensor-demo/probe/probetest"
)

const i2c = "sys/devices/platform/soc/fe804000.i2c/i2c-1/"

// TestRenumberedChipsKeepTheirIDs is a restart at which the kernel found the
// chips in another order.
func TestRenumberedChipsKeepTheirIDs(t *testing.T) {
	m := probetest.Pi4(t)
	before := read(t, newProbe(m), noon)
	m.Move(i2c+"1-002f/hwmon/hwmon2", i2c+"1-002f/hwmon/hwmon7")
	m.Move(i2c+"1-0040/hwmon/hwmon3", i2c+"1-0040/hwmon/hwmon2")
	m.Remove("sys/class/hwmon/hwmon2")
	m.Remove("sys/class/hwmon/hwmon3")
	m.Link("sys/class/hwmon/hwmon2", "../../devices/platform/soc/fe804000.i2c/i2c-1/1-0040/hwmon/hwmon2")
	m.Link("sys/class/hwmon/hwmon7", "../../devices/platform/soc/fe804000.i2c/i2c-1/1-002f/hwmon/hwmon7")
	after := read(t, newProbe(m), noon)
	for id := range before {
		if _, ok := after[id]; !ok {
			t.Errorf("%s is missing after the restart", id)
		}
	}
	after.want(t, "hwmon.emc2301@1-002f.fan1", 2913, "rpm")
	after.want(t, "hwmon.ina219@1-0040.in1", 5.104, "V")
}

func TestUnpluggedChipIsAbsent(t *testing.T) {
	m := probetest.Pi4(t)
	p := newProbe(m)
	read(t, p, noon)
	m.Remove("sys/class/hwmon/hwmon3")
	const id = "hwmon.ina219@1-0040.power1"
	read(t, p, noon.Add(1*time.Second)).wantNot(t, id, contract.Absent, "no such file")
	read(t, p, noon.Add(2*time.Second)).wantNot(t, id, contract.Absent, "gone")
	m.Link("sys/class/hwmon/hwmon9", "../../devices/platform/soc/fe804000.i2c/i2c-1/1-0040/hwmon/hwmon3")
	read(t, p, noon.Add(3*time.Second)).wantNot(t, id, contract.Absent, "gone")
	read(t, p, noon.Add(90*time.Second)).want(t, id, 3.28, "W")
}

func TestChipsOfOneName(t *testing.T) {
	m := probetest.Pi4(t)
	m.Write("sys/devices/pci0000:00/0000:00:01.0/nvme/nvme0/hwmon4/name", "nvme\n")
	m.Write("sys/devices/pci0000:00/0000:00:01.0/nvme/nvme0/hwmon4/temp1_input", "41850\n")
	m.Write("sys/devices/pci0000:00/0000:00:01.0/nvme/nvme0/hwmon4/temp1_label", "Composite\n")
	m.Link("sys/devices/pci0000:00/0000:00:01.0/nvme/nvme0/subsystem", "../../../../../class/nvme")
	m.Link("sys/devices/pci0000:00/0000:00:01.0/nvme/nvme0/hwmon4/device", "../../nvme0")
	m.Link("sys/class/hwmon/hwmon4", "../../devices/pci0000:00/0000:00:01.0/nvme/nvme0/hwmon4")
	for _, n := range []string{"5", "6"} { // two platform devices that share a name
		m.Write("sys/devices/platform/coretemp."+n+"/hwmon/hwmon"+n+"/name", "coretemp\n")
		m.Write("sys/devices/platform/coretemp."+n+"/hwmon/hwmon"+n+"/temp1_input", "5"+n+"000\n")
		m.Link("sys/class/hwmon/hwmon"+n, "../../devices/platform/coretemp."+n+"/hwmon/hwmon"+n)
		m.Write("sys/class/thermal/thermal_zone"+n+"/type", "acpitz\n")
		m.Write("sys/class/thermal/thermal_zone"+n+"/temp", "2"+n+"000\n")
	}
	m.Write("sys/class/hwmon/hwmon8/name", "\n") // a driver that has no name is not a chip
	got := read(t, newProbe(m), noon)
	got.want(t, "hwmon.nvme@0000:00:01.0.temp1", 41.85, "°C")
	got.want(t, "hwmon.coretemp@coretemp.5.temp1", 55, "°C")
	got.want(t, "hwmon.coretemp@coretemp.6.temp1", 56, "°C")
	got.want(t, "thermal.acpitz@thermal_zone5", 25, "°C")
	got.want(t, "thermal.acpitz@thermal_zone6", 26, "°C")
	if name := got["hwmon.nvme@0000:00:01.0.temp1"].Name; name != "nvme Composite" {
		t.Errorf("got %q", name)
	}
}

// TestReadNeverWaits has a FIFO where a file should be: opening it as a file
// is opened would wait for a writer for ever.
func TestReadNeverWaits(t *testing.T) {
	m := probetest.Pi4(t)
	m.Remove("proc/loadavg")
	if err := syscall.Mkfifo(filepath.Join(m.Root, "proc/loadavg"), 0o600); err != nil {
		t.Skip("mkfifo: ", err)
	}
	got := read(t, newProbe(m), noon)
	got.wantNot(t, "load", contract.Error, "loadavg")
	got.want(t, "uptime", 35422.71, "s")
}
