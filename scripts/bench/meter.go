package main

import (
	"errors"
	"io"
	"os"
	"runtime"
	"runtime/pprof"
)

// meter counts what this process allocates between begin and end, and writes
// its profiles.
type meter struct {
	cpuProfile string // file; "" = none
	memProfile string

	mallocs uint64 // objects, after end
	cpu     *os.File
}

func (m *meter) begin() error {
	if m.cpuProfile != "" {
		f, err := os.Create(m.cpuProfile)
		if err != nil {
			return err
		}
		m.cpu = f
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
	}
	m.mallocs = mallocs()
	return nil
}

func (m *meter) end() error {
	m.mallocs = mallocs() - m.mallocs
	var errs []error
	if m.cpu != nil {
		pprof.StopCPUProfile()
		errs = append(errs, m.cpu.Close())
		m.cpu = nil
	}
	if m.memProfile != "" {
		runtime.GC() // the profile is as of the last collection
		errs = append(errs, show(m.memProfile, func(w io.Writer) error { return pprof.Lookup("allocs").WriteTo(w, 0) }))
	}
	return errors.Join(errs...)
}

func mallocs() uint64 {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.Mallocs
}
