package probe

import (
	"errors"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
)

// loadSource measures the run queue, averaged over 1, 5 and 15 minutes.
func loadSource(proc string) *source {
	path := proc + "/loadavg"
	sensors := [3]contract.Reading{
		{ID: "load.1", Name: "Load, 1 min", Kind: contract.Load, Unit: "1", Source: path},
		{ID: "load.5", Name: "Load, 5 min", Kind: contract.Load, Unit: "1", Source: path},
		{ID: "load.15", Name: "Load, 15 min", Kind: contract.Load, Unit: "1", Source: path},
	}
	read := func(s *sample) error {
		text, err := s.file.read(path)
		if err != nil {
			return err
		}
		loads, err := parseLoad(text)
		if err != nil {
			return err
		}
		for i, v := range loads {
			s.value(sensors[i], v)
		}
		return nil
	}
	return &source{name: "load", kind: contract.Load, path: path, read: read}
}

func parseLoad(text []byte) ([3]float64, error) {
	var loads [3]float64
	line, _ := cutLine(text)
	for i := range loads {
		v, ok := floatOf(nthField(line, i))
		if !ok {
			return loads, errors.New("loadavg: want three numbers")
		}
		loads[i] = v
	}
	return loads, nil
}

// uptimeSource measures the time since boot.
func uptimeSource(proc string) *source {
	path := proc + "/uptime"
	up := contract.Reading{ID: "uptime", Name: "Uptime", Kind: contract.Uptime, Unit: "s", Source: path}
	read := func(s *sample) error {
		text, err := s.file.read(path)
		if err != nil {
			return err
		}
		seconds, err := parseUptime(text)
		if err != nil {
			return err
		}
		s.value(up, seconds)
		return nil
	}
	return &source{name: "uptime", kind: contract.Uptime, path: path, read: read}
}

func parseUptime(text []byte) (float64, error) {
	line, _ := cutLine(text)
	v, ok := floatOf(nthField(line, 0))
	if !ok {
		return 0, errors.New("uptime: want a number")
	}
	return v, nil
}
