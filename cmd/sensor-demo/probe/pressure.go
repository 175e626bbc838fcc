package probe

import (
	"bytes"
	"errors"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
)

// pressure is the share of the last ten seconds, in percent, in which some or
// all tasks waited. Full is not there for the CPU before Linux 5.13.
type pressure struct {
	some, full float64
	hasFull    bool
}

// pressureSource measures how long tasks wait for the CPU, memory and disks.
// It is absent when the kernel has no pressure accounting, or "psi=1" is
// missing on its command line.
func pressureSource(proc string) *source {
	dir := proc + "/pressure"
	type resource struct {
		path       string
		some, full contract.Reading
		hasFull    bool
	}
	var resources []resource
	for _, name := range []string{"cpu", "memory", "io"} {
		path := dir + "/" + name
		resources = append(resources, resource{
			path:    path,
			some:    contract.Reading{ID: "pressure." + name + ".some", Name: "Some tasks waiting for " + name, Kind: contract.Pressure, Unit: "%", Source: path},
			full:    contract.Reading{ID: "pressure." + name + ".full", Name: "All tasks waiting for " + name, Kind: contract.Pressure, Unit: "%", Source: path},
			hasFull: name != "cpu", // the CPU's means nothing for a whole machine
		})
	}
	read := func(s *sample) error {
		for i := range resources {
			r := &resources[i]
			text, err := s.file.read(r.path)
			if missing(err) {
				return err
			}
			var p pressure
			if err == nil {
				p, err = parsePressure(text)
			}
			if err != nil {
				s.fail(r.some, err)
				if r.hasFull {
					s.fail(r.full, err)
				}
				continue
			}
			s.value(r.some, p.some)
			if r.hasFull && p.hasFull {
				s.value(r.full, p.full)
			}
		}
		return nil
	}
	return &source{name: "pressure", kind: contract.Pressure, path: dir, read: read}
}

// parsePressure reads "some avg10=0.12 avg60=…" and the same of "full".
func parsePressure(text []byte) (pressure, error) {
	var p pressure
	known := false
	for line, rest := cutLine(text); len(line) > 0; line, rest = cutLine(rest) {
		share, after := cutField(line)
		number, ok := bytes.CutPrefix(nthField(after, 0), []byte("avg10="))
		if !ok {
			continue
		}
		v, ok := floatOf(number)
		if !ok {
			return p, errors.New("pressure: avg10 is not a number")
		}
		switch string(share) {
		case "some":
			p.some, known = v, true
		case "full":
			p.full, p.hasFull = v, true
		}
	}
	if !known {
		return p, errors.New("pressure: no line that begins with some avg10=")
	}
	return p, nil
}
