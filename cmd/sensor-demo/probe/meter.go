package probe

import (
	"maps"
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
)

// meter reports a counter as a rate.
type meter struct {
	counter
	sensor contract.Reading
	scale  float64 // the value of one count a second
}

// report notes the counter's value and appends the rate since the round before.
func (m *meter) report(s *sample, v uint64) {
	d, err := m.step(s, v)
	if err != nil {
		s.absent(m.sensor, err.Error())
		return
	}
	rate := float64(d) * m.scale / s.elapsed.Seconds()
	if m.sensor.Unit == "%" {
		rate = min(100, rate) // the kernel's clock and ours are not read at one instant
	}
	s.value(m.sensor, rate)
}

// device is a thing with meters that may come and go.
type device struct {
	seen   time.Time
	meters []meter
}

// devices are known by name.
type devices map[string]*device

// maxDevices bounds the devices that are remembered. Beyond it those that are
// gone are forgotten.
const maxDevices = 64

// find returns the device called name, made by build when it is new.
func (ds devices) find(s *sample, name []byte, build func(name string) []meter) *device {
	d := ds[string(name)]
	if d == nil {
		if len(ds) >= maxDevices {
			maps.DeleteFunc(ds, func(_ string, d *device) bool { return d.seen.Before(s.last) })
		}
		d = &device{meters: build(string(name))}
		ds[string(name)] = d
	}
	d.seen = s.now
	return d
}
