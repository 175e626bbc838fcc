package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/alert"
	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
	"github.com/daebus/daebus-go/cmd/sensor-demo/probe"
	"github.com/daebus/daebus-go/daebus"
)

// options are the program's own settings. They are read when the service
// starts, after the flags have been parsed.
type options struct {
	device   string
	interval interval
	probe    probe.Options
}

// interval is the time between two rounds of sampling, as a flag.
type interval time.Duration

func (i *interval) String() string { return time.Duration(*i).String() }

func (i *interval) Set(s string) error {
	d, err := time.ParseDuration(s)
	if err != nil {
		return errors.New("want a duration, such as 500ms")
	}
	if d < contract.MinInterval || d > contract.MaxInterval {
		return fmt.Errorf("want %v to %v", contract.MinInterval, contract.MaxInterval)
	}
	*i = interval(d)
	return nil
}

// lifetimes is for how many intervals a reading holds.
const lifetimes = 3

// sensor is the service.
type sensor struct {
	app     *daebus.App
	options *options
	watch   *alert.Watch

	measuring sync.Mutex // guards below: one measurement at a time
	probe     *probe.Probe

	mu       sync.Mutex // guards below
	latest   contract.Readings
	offsets  map[string]float64 // by reading, set by calibration
	interval time.Duration
	restart  context.CancelFunc // begins the rounds anew, with another interval
}

func newSensor(o *options) *sensor {
	s := &sensor{
		app:     daebus.New(contract.Service),
		options: o,
		offsets: map[string]float64{},
		restart: func() {},
	}
	s.app.OnStart(s.start)
	s.app.Thread("sampler", s.sample)
	s.app.Thread("onewire", s.convert)
	s.app.Cron("self-test", "*/5 * * * *", s.selfTest)

	contract.Read.Handle(s.app, s.read)
	contract.List.Handle(s.app, s.list)
	contract.SetInterval.Handle(s.app, s.setInterval)
	daebus.HandleProgress(s.app, contract.Calibrate, s.calibrate)
	contract.Echo.Handle(s.app, echo)
	return s
}

// start opens what the settings name.
func (s *sensor) start(context.Context) (err error) {
	if s.options.device == "" {
		if s.options.device, err = os.Hostname(); err != nil {
			return fmt.Errorf("device: %w; name it with --device", err)
		}
	}
	s.interval = time.Duration(s.options.interval)
	s.options.probe.Lifetime = lifetimes * s.interval
	s.probe = probe.New(s.options.probe)
	s.watch, err = alert.New(rules...)
	return err
}

// rules are what is worth an alarm on most boards.
var rules = []alert.Rule{
	{Name: "busy", Reading: "cpu.usage", Level: contract.Warning, On: 95, Off: 80, Samples: 10, Text: "the processor has nothing left"},
	{Name: "memory", Reading: "memory.used", Level: contract.Warning, On: 90, Off: 80, Samples: 5, Text: "memory is short"},
	{Name: "full", Reading: "fs.*", Unit: "%", Level: contract.Warning, On: 95, Off: 90, Samples: 2, Text: "a file system is nearly full"},
	{Name: "hot", Reading: "thermal.*", Level: contract.Critical, On: 80, Off: 72, Samples: 3, Text: "the board is hot and slows down"},
	{Name: "cold", Reading: "w1.*", Level: contract.Warning, On: 2, Off: 4, Samples: 3, Text: "frost"},
}
