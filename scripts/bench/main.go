// Command bench measures a round trip of our RPC beside its peers, in one run on one
// machine: an echo service over redis-server, over our embedded broker, over a
// unix socket and all in one process; NATS micro; and the RPC over plain
// publish and subscribe that one would write with go-redis or rueidis.
//
//	go run . -o table.md                            everything, a second each
//	go run . -systems redis,nats -callers 64 -sizes 256
//	go run . -servers                               the embedded broker beside redis-server
//	go run . -screens                               a message to all WebSocket peers, beside gws and others
//
// Broker, service and callers are processes of their own, so that CPU time,
// memory and allocations belong to somebody, and every measurement has new ones.
// A measurement is a closed loop: each caller asks, checks that the answer is
// what it sent, and asks again. Systems take turns, so that a disturbance meets
// all of them; the table shows the median of the rounds, and the median of the
// ratios to NATS micro in the same round.
//
// The servers are compared without our clients: redis-benchmark sends commands
// with 50 connections, and messages go to plain subscribers.
//
// The WebSocket hub sends messages to as many peers as are asked for, who are one
// process that reads, counts and says when a message has reached all of them.
//
// It needs Linux, for the CPU clock of other processes, and redis-server, which redis-benchmark comes with.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	if job := os.Getenv(jobVariable); job != "" {
		exit(work(job))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	exit(run(ctx, os.Args[1:]))
}

func exit(err error) {
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// plan is what one run measures.
type plan struct {
	rounds     int
	time       time.Duration // of one measurement
	callers    []int
	sizes      []int // bytes of a payload
	systems    []system
	cpuProfile string // directory; "" = none
	memProfile string
	servers    bool        // themselves, instead of systems
	screens    *screenPlan // instead of systems; nil = not
}

func run(ctx context.Context, args []string) error {
	p, file, err := parse(args)
	if err != nil {
		return err
	}
	for _, dir := range []string{p.cpuProfile, p.memProfile, filepath.Dir(file)} {
		if dir != "" {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return err
			}
		}
	}
	if p.servers {
		return show(file, func(w io.Writer) error { return p.compareServers(ctx, w, os.Stderr) })
	}
	if p.screens != nil {
		found, err := p.screens.measure(ctx, os.Stderr)
		return errors.Join(err, show(file, func(w io.Writer) error { return p.screens.write(w, found) }))
	}
	found, err := p.measure(ctx, os.Stderr)
	// What was measured before a mistake is worth showing too.
	return errors.Join(err, show(file, func(w io.Writer) error { return p.write(w, found) }))
}

func parse(args []string) (*plan, string, error) {
	var p plan
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.IntVar(&p.rounds, "rounds", 3, "times everything is measured")
	f.DurationVar(&p.time, "time", time.Second, "duration of one measurement, after a quarter of it to warm up")
	callers := f.String("callers", "1,16,64,256", "how many ask at once")
	sizes := f.String("sizes", "16,256,1024,16384", "bytes of a payload")
	names := f.String("systems", "", "what to measure, or which servers of WebSocket; default all")
	file := f.String("o", "", "file for the table; default standard output")
	f.StringVar(&p.cpuProfile, "cpuprofile", "", "directory for CPU profiles of every process; of the last measurement")
	f.StringVar(&p.memProfile, "memprofile", "", "directory for profiles of allocations in every process")
	f.BoolVar(&p.servers, "servers", false, "compare the embedded broker with redis-server, by themselves")
	screens := f.Bool("screens", false, "compare the hub with other WebSocket servers, at sending a message to all peers")
	peers := f.String("peers", "100,1000,5000", "how many they are")
	outstanding := f.String("outstanding", "1,16", "how many messages may be on their way to them")
	idle := f.Duration("idle", 22*time.Second, "how long the most of them do nothing; default longer than the time between pings")
	if err := f.Parse(args); err != nil {
		return nil, "", err
	}
	if p.rounds < 1 || p.time <= 0 || f.NArg() > 0 {
		return nil, "", fmt.Errorf("rounds %d, time %v, arguments %q; want at least one round, some time and no arguments", p.rounds, p.time, f.Args())
	}
	var err error
	if p.callers, err = numbers("callers", *callers, 1, maxCallers); err != nil {
		return nil, "", err
	}
	if p.sizes, err = numbers("sizes", *sizes, minSize, 1<<20); err != nil {
		return nil, "", err
	}
	if !*screens {
		p.systems, err = systemsOf(*names)
		return &p, *file, err
	}
	p.screens = &screenPlan{rounds: p.rounds, time: p.time, idle: *idle, cpuProfile: p.cpuProfile, memProfile: p.memProfile}
	if p.screens.fans, err = fansOf(*names); err != nil {
		return nil, "", err
	}
	if p.screens.peers, err = numbers("peers", *peers, 1, maxScreens); err != nil {
		return nil, "", err
	}
	p.screens.outstanding, err = numbers("outstanding", *outstanding, 1, queued)
	return &p, *file, err
}

func numbers(name, list string, least, most int) (out []int, err error) {
	for field := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(field)
		if err != nil || n < least || n > most {
			return nil, fmt.Errorf("%s: %q; want numbers from %d to %d with commas between", name, field, least, most)
		}
		out = append(out, n)
	}
	return out, nil
}

func systemsOf(list string) ([]system, error) {
	return choose(list, systems, func(s system) string { return s.name })
}

// choose returns those of all that are in the list, and all of them for none.
func choose[T any](list string, all []T, nameOf func(T) string) (out []T, err error) {
	if list == "" {
		return all, nil
	}
	for name := range strings.SplitSeq(list, ",") {
		i := slices.IndexFunc(all, func(one T) bool { return nameOf(one) == name })
		if i < 0 {
			var names []string
			for _, one := range all {
				names = append(names, nameOf(one))
			}
			return nil, fmt.Errorf("systems: unknown %q; want some of %s", name, strings.Join(names, ","))
		}
		out = append(out, all[i])
	}
	return out, nil
}

func show(file string, write func(io.Writer) error) error {
	if file == "" {
		return write(os.Stdout)
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}
