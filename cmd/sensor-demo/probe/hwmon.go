package probe

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
)

// hwmonSource measures what the hwmon chips do, as the kernel's
// Documentation/hwmon/sysfs-interface.rst lays it down.
func hwmonSource(sys string) *source {
	dir := sys + "/class/hwmon"
	search := func() ([]channel, error) {
		chips, err := findChips(dir)
		if err != nil {
			return nil, err
		}
		var found []channel
		for _, c := range chips {
			found = append(found, c.channels()...)
		}
		if len(found) == 0 {
			return nil, none("no hwmon chip with an input")
		}
		return found, nil
	}
	c := &channels{search: search}
	return &source{name: "hwmon", kind: contract.Temperature, path: dir, read: c.read}
}

// quantity is what a kind of hwmon file holds.
type quantity struct {
	prefix string
	kind   contract.Kind
	unit   string
	per    float64 // in the file, for one unit
}

var quantities = []quantity{
	{"temp", contract.Temperature, "°C", 1e3},
	{"in", contract.Voltage, "V", 1e3},
	{"fan", contract.Fan, "rpm", 1},
	{"curr", contract.Current, "A", 1e3},
	{"power", contract.Power, "W", 1e6},
	{"humidity", contract.Humidity, "%", 1e3},
}

// channels lists the chip's inputs and its alarms for critical limits. The
// other alarms only repeat what a rule on the value says better.
func (c chip) channels() []channel {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return nil
	}
	var found []channel
	for _, e := range entries {
		input, item, _ := strings.Cut(e.Name(), "_")
		q, ok := quantityOf(input)
		if !ok {
			continue
		}
		ch := channel{path: filepath.Join(c.dir, e.Name()), per: q.per}
		ch.sensor = contract.Reading{ID: "hwmon." + c.id + "." + input, Name: c.label(input), Kind: q.kind, Unit: q.unit, Source: ch.path}
		switch item {
		case "input":
		case "average": // the only value some power meters have
			ch.sensor.ID += "_average"
			ch.sensor.Name += " average"
		case "lcrit_alarm", "crit_alarm":
			ch.per = 1
			ch.sensor.ID += "_" + item
			ch.sensor.Name += map[string]string{"lcrit_alarm": " critically low", "crit_alarm": " critically high"}[item]
			ch.sensor.Kind, ch.sensor.Unit = contract.Alarm, "1"
		default:
			continue
		}
		found = append(found, ch)
	}
	return found
}

// quantityOf returns what an input such as temp1 measures.
func quantityOf(input string) (quantity, bool) {
	for _, q := range quantities {
		if number, ok := strings.CutPrefix(input, q.prefix); ok && number != "" && only([]byte(number), '0', '9') {
			return q, true
		}
	}
	return quantity{}, false
}
