package probe

import (
	"errors"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
)

// memory is the part of /proc/meminfo that says how full it is, in bytes.
type memory struct {
	total, available, swapTotal, swapFree uint64
}

// memorySource measures memory that programs could still get, and swap.
func memorySource(proc string) *source {
	path := proc + "/meminfo"
	used := contract.Reading{ID: "memory.used", Name: "Memory used", Kind: contract.Memory, Unit: "%", Source: path}
	available := contract.Reading{ID: "memory.available", Name: "Memory available", Kind: contract.Memory, Unit: "B", Source: path}
	swap := contract.Reading{ID: "memory.swap", Name: "Swap used", Kind: contract.Memory, Unit: "%", Source: path}

	read := func(s *sample) error {
		text, err := s.file.read(path)
		if err != nil {
			return err
		}
		m, err := parseMemory(text)
		if err != nil {
			return err
		}
		s.value(used, percent(m.total-m.available, m.total))
		s.value(available, float64(m.available))
		if m.swapTotal == 0 {
			s.absent(swap, "no swap")
			return nil
		}
		s.value(swap, percent(m.swapTotal-m.swapFree, m.swapTotal))
		return nil
	}
	return &source{name: "memory", kind: contract.Memory, path: path, read: read}
}

// parseMemory makes sure that no part is larger than its whole.
func parseMemory(text []byte) (memory, error) {
	var m memory
	var free, buffers, cached uint64
	known := false // MemAvailable came with Linux 3.14
	for line, rest := cutLine(text); len(line) > 0; line, rest = cutLine(rest) {
		name, after := cutField(line)
		kilobytes, ok := uintOf(nthField(after, 0))
		if !ok || kilobytes > 1<<50 {
			continue
		}
		v := kilobytes << 10
		switch string(name) {
		case "MemTotal:":
			m.total = v
		case "MemAvailable:":
			m.available, known = v, true
		case "MemFree:":
			free = v
		case "Buffers:":
			buffers = v
		case "Cached:":
			cached = v
		case "SwapTotal:":
			m.swapTotal = v
		case "SwapFree:":
			m.swapFree = v
		}
	}
	if m.total == 0 {
		return m, errors.New("meminfo: no MemTotal")
	}
	if !known {
		m.available = free + buffers + cached
	}
	m.available = min(m.available, m.total)
	m.swapFree = min(m.swapFree, m.swapTotal)
	return m, nil
}
