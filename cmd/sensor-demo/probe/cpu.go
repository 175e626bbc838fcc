package probe

import (
	"errors"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
)

// cpuTicks is the first line of /proc/stat, in clock ticks since boot: user,
// nice, system, idle, iowait, irq, softirq, steal. Guest time is part of user.
type cpuTicks [8]uint64

const (
	idle   = 3
	iowait = 4
)

// cpuSource measures how busy the processors are, together.
func cpuSource(proc string) *source {
	path := proc + "/stat"
	usage := contract.Reading{ID: "cpu.usage", Name: "CPU usage", Kind: contract.CPU, Unit: "%", Source: path}
	waiting := contract.Reading{ID: "cpu.iowait", Name: "CPU waiting for disks", Kind: contract.CPU, Unit: "%", Source: path}
	var counters [len(cpuTicks{})]counter

	read := func(s *sample) error {
		text, err := s.file.head(path, 512)
		if err != nil {
			return err
		}
		ticks, err := parseCPU(text)
		if err != nil {
			return err
		}
		var total, idled, waited uint64
		var missed error
		for i, v := range ticks {
			d, err := counters[i].step(s, v)
			if err == errFirst {
				missed = err
			} // else it went back: idle and iowait do, by a tick now and then
			total += d
			switch i {
			case idle:
				idled += d
			case iowait:
				waited += d
			}
		}
		if total == 0 && missed == nil {
			missed = errors.New("no tick has passed since the sample before")
		}
		if missed != nil {
			s.absent(usage, missed.Error())
			s.absent(waiting, missed.Error())
			return nil
		}
		s.value(usage, percent(total-idled-waited, total))
		s.value(waiting, percent(waited, total))
		return nil
	}
	return &source{name: "cpu", kind: contract.CPU, path: path, read: read}
}

func parseCPU(text []byte) (cpuTicks, error) {
	var ticks cpuTicks
	line, _ := cutLine(text)
	field, rest := cutField(line)
	if string(field) != "cpu" {
		return ticks, errors.New("stat: no cpu line")
	}
	for i := range ticks {
		field, rest = cutField(rest)
		v, ok := uintOf(field)
		switch {
		case ok:
			ticks[i] = v
		case len(field) == 0 && i > idle: // kernels before 2.6 had the first four
		default:
			return ticks, errors.New("stat: cpu line is not numbers")
		}
	}
	return ticks, nil
}

// percent returns part of whole in percent; whole is not zero.
func percent(part, whole uint64) float64 {
	return 100 * float64(part) / float64(whole)
}
