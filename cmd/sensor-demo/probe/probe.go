package probe

import (
	"errors"
	"io/fs"
	"syscall"
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
)

// DefaultLifetime is how long a reading holds when nothing else is said.
const DefaultLifetime = 30 * time.Second

// Options says what to measure. The zero value measures this machine, without
// 1-Wire.
type Options struct {
	ProcRoot string        // where procfs is; default "/proc"
	SysRoot  string        // where sysfs is; default "/sys"
	Root     string        // put before each mount point, for a probe in a container; default ""
	OneWire  []string      // DS18B20 thermometers, such as "28-000005e2fdc3"; "28-*" is all of the family
	Lifetime time.Duration // from a reading's time to its expiry; default DefaultLifetime
}

// Probe measures one machine. Read and SetLifetime belong to one goroutine;
// Convert may run in another.
type Probe struct {
	lifetime time.Duration
	sources  []*source
	wires    *oneWire
	sample   sample
}

// source is a part of the machine that can fail as a whole.
type source struct {
	name string // the ID of its reading when it has no other
	kind contract.Kind
	path string                // where it reads
	read func(s *sample) error // appends readings; an error stands for all it did not append
	roll roll
}

// New returns a Probe. It opens nothing: what is missing shows in the readings.
func New(o Options) *Probe {
	proc, sys := o.ProcRoot, o.SysRoot
	if proc == "" {
		proc = "/proc"
	}
	if sys == "" {
		sys = "/sys"
	}
	p := &Probe{
		wires: newOneWire(sys, o.OneWire),
		sources: []*source{
			cpuSource(proc),
			memorySource(proc),
			loadSource(proc),
			uptimeSource(proc),
			pressureSource(proc),
			diskSource(proc),
			fileSystemSource(proc, o.Root),
			networkSource(proc),
			hwmonSource(sys),
			thermalSource(sys),
		},
	}
	if len(o.OneWire) > 0 {
		p.sources = append(p.sources, p.wires.source())
	}
	p.SetLifetime(o.Lifetime)
	return p
}

// SetLifetime sets how long readings hold from the next Read on; zero or less
// is DefaultLifetime. Set it to a few sampling intervals.
func (p *Probe) SetLifetime(d time.Duration) {
	if d <= 0 {
		d = DefaultLifetime
	}
	p.lifetime = d
}

// Read measures everything once. Rates are over the time since the previous
// Read. The readings are the caller's to keep and change.
func (p *Probe) Read(now time.Time) []contract.Reading {
	s := &p.sample
	s.begin(now, p.lifetime)
	for _, src := range p.sources {
		from := len(s.readings)
		err := src.read(s)
		src.roll.call(s, from, err)
		if err != nil && len(s.readings) == from {
			s.fail(contract.Reading{ID: src.name, Name: src.name, Kind: src.kind, Source: src.path}, err)
		}
	}
	return s.end()
}

// none is the error of a source that has nothing to measure.
type none string

func (n none) Error() string { return string(n) }

// missing reports whether err says that there is nothing to read, as opposed
// to something that cannot be read.
func missing(err error) bool {
	var n none
	return errors.As(err, &n) || errors.Is(err, fs.ErrNotExist) ||
		errors.Is(err, syscall.ENODEV) || errors.Is(err, syscall.ENXIO) ||
		errors.Is(err, syscall.EOPNOTSUPP) // the pressure files of a kernel that has them switched off
}
