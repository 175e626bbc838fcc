package probe

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
)

// wireLifetime is how long a thermometer's reading holds at least: a bus full
// of them needs a while for one turn.
const wireLifetime = 30 * time.Second

// oneWire keeps what each thermometer on the 1-Wire bus said last.
type oneWire struct {
	dir   string   // where the kernel lists the bus's devices
	names []string // as configured

	mu   sync.Mutex // guards below
	last []conversion
}

// conversion is the outcome of the last read of one thermometer.
type conversion struct {
	name   string
	sensor contract.Reading
	at     time.Time // zero: not read yet
	pad    scratchpad
	err    error
}

func newOneWire(sys string, names []string) *oneWire {
	w := &oneWire{dir: sys + "/bus/w1/devices", names: slices.Clone(names)}
	for _, name := range w.names {
		if !strings.HasSuffix(name, "*") {
			w.last = append(w.last, w.unread(name))
		}
	}
	return w
}

func (w *oneWire) unread(name string) conversion {
	return conversion{name: name, err: none("not read yet"), sensor: contract.Reading{
		ID: "w1." + clean(name), Name: "1-Wire " + name, Kind: contract.Temperature, Unit: "°C",
		Source: filepath.Join(w.dir, name, "w1_slave")}}
}

// Convert reads each configured 1-Wire thermometer once, for the next Read to
// report, and returns when all are read or ctx is done. A thermometer takes
// 0.75 s, and several seconds when its line is bad and the kernel tries again;
// a read that has begun cannot be cut short, so Convert may return that late.
// Call it in a loop in a goroutine of its own. While it is stuck, or not
// called, the readings expire as all readings do.
func (p *Probe) Convert(ctx context.Context) error {
	return p.wires.convert(ctx)
}

func (w *oneWire) convert(ctx context.Context) error {
	var f file
	for i, c := range w.enrol() {
		if err := ctx.Err(); err != nil {
			return err
		}
		text, err := f.read(c.sensor.Source)
		if err == nil {
			c.pad, err = parseScratchpad(text)
		}
		c.err, c.at = err, time.Now()
		w.mu.Lock()
		w.last[i] = c
		w.mu.Unlock()
	}
	return ctx.Err()
}

// enrol lists the configured thermometers and those that patterns stand for,
// with what they said last, and returns a copy of the list. One that a pattern
// stood for, and is not on the bus any more, is dropped.
func (w *oneWire) enrol() []conversion {
	var names []string
	entries, _ := os.ReadDir(w.dir) // not there: thermometers named in full say so when they are read
	for _, name := range w.names {
		prefix, pattern := strings.CutSuffix(name, "*")
		if !pattern {
			names = append(names, name)
			continue
		}
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), prefix) {
				names = append(names, e.Name())
			}
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)

	w.mu.Lock()
	defer w.mu.Unlock()
	list := make([]conversion, 0, len(names))
	for _, name := range names {
		if i := slices.IndexFunc(w.last, func(c conversion) bool { return c.name == name }); i >= 0 {
			list = append(list, w.last[i])
		} else {
			list = append(list, w.unread(name))
		}
	}
	w.last = list
	return slices.Clone(list)
}

// source reports the last conversions. It does not touch the bus.
func (w *oneWire) source() *source {
	return &source{name: "w1", kind: contract.Temperature, path: w.dir, read: w.read}
}

func (w *oneWire) read(s *sample) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.last) == 0 {
		return none("no thermometer found yet")
	}
	for _, c := range w.last {
		c.report(s)
	}
	return nil
}

// report appends the conversion with the time at which it was made.
func (c conversion) report(s *sample) {
	if c.err != nil {
		s.fail(c.sensor, c.err)
	} else {
		s.value(c.sensor, c.pad.celsius())
	}
	r := &s.readings[len(s.readings)-1]
	if reason := c.pad.doubt(); c.err == nil && reason != "" {
		r.Quality, r.Reason = contract.Suspect, reason
	}
	if !c.at.IsZero() {
		r.Time = c.at.UTC().Truncate(time.Millisecond)
	}
	r.Expires = r.Time.Add(max(s.lifetime, wireLifetime))
	*r = r.At(s.stamp)
}
