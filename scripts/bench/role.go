package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"time"
)

// jobVariable holds the job of a process that is one part of a system.
const jobVariable = "BENCH_JOB"

// job is what such a process is told when it starts.
type job struct {
	Role                   string // roleServer or roleScreens; "" = a part of a system
	System                 string
	Part                   int    // of partNames
	At                     string // where the bus is, or a broker's directory
	Callers, Size          int
	CPUProfile, MemProfile string // files; "" = none
}

// order is what it is told later, a JSON value a line on its standard input.
// It ends when that does.
type order struct {
	Do          string // begin, end, run, rest
	For         time.Duration
	Outstanding int // messages
}

// report is how it answers, first when it is ready and then to each order.
type report struct {
	Error   string
	Bus     string
	PID     int
	Mallocs uint64 // between begin and end, or during a run
	Tally   tally
}

// work is the main of such a process.
func work(spec string) error {
	signal.Ignore(os.Interrupt) // whoever started us ends us
	var j job
	if err := json.Unmarshal([]byte(spec), &j); err != nil {
		return fmt.Errorf("%s: %w", jobVariable, err)
	}
	w := worker{job: j, out: json.NewEncoder(os.Stdout), meter: meter{cpuProfile: j.CPUProfile, memProfile: j.MemProfile}}
	var err error
	switch j.Role {
	case roleServer:
		err = w.serveScreens()
	case roleScreens:
		err = w.beScreens()
	default:
		err = w.run()
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", cmp.Or(j.Role, partNames[j.Part]), err)
		_ = w.out.Encode(report{Error: err.Error()}) // where nobody reads any more, the exit status tells
	}
	return err
}

type worker struct {
	job
	meter meter
	out   *json.Encoder
}

// run runs the part and obeys until standard input or the part ends.
func (w *worker) run() error {
	chosen, err := systemsOf(w.System)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	orders := make(chan order)
	go func() {
		defer cancel()
		take(orders)
	}()
	ready, obeyed := make(chan news, 1), make(chan error, 1)
	go func() {
		defer cancel()
		obeyed <- w.obey(ctx, ready, orders)
	}()
	err = chosen[0].parts[w.Part](ctx, w.At, func(n news) { ready <- n })
	if err == nil && ctx.Err() == nil {
		err = errors.New("ended before it was told to")
	}
	cancel()
	return errors.Join(err, <-obeyed)
}

// take reads orders until there are no more.
func take(orders chan<- order) {
	for in := json.NewDecoder(os.Stdin); ; {
		var o order
		if in.Decode(&o) != nil {
			return
		}
		orders <- o
	}
}

// obey says that the part is ready, and carries out orders until ctx is done.
func (w *worker) obey(ctx context.Context, ready <-chan news, orders <-chan order) error {
	var n news
	select {
	case n = <-ready:
	case <-ctx.Done():
		return nil
	}
	if n.callers != nil {
		if err := contact(ctx, n.callers); err != nil {
			return fmt.Errorf("no first answer: %w", err)
		}
	}
	err := w.out.Encode(report{Bus: n.bus, PID: cmp.Or(n.pid, os.Getpid())})
	for err == nil {
		select {
		case o := <-orders:
			err = w.carryOut(ctx, o, n.callers)
		case <-ctx.Done():
			return nil
		}
	}
	return err
}

func (w *worker) carryOut(ctx context.Context, o order, callers newCaller) (err error) {
	var r report
	switch o.Do {
	case "begin":
		err = w.meter.begin()
	case "end":
		err = w.meter.end()
	case "run":
		r.Tally, err = drive(ctx, callers, w.Callers, w.Size, o.For, &w.meter)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", o.Do, err)
	}
	r.Mallocs = w.meter.mallocs
	return w.out.Encode(r)
}
