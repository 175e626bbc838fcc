package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

// servers are compared without any of our clients, the yardstick first.
var servers = [...]string{"redis", "broker"}

// load is one kind of work for a server.
type load struct {
	name string
	run  func(ctx context.Context, address string, most time.Duration) (done, error)
}

// done is what a server did: how much in all, and how much a second.
type done struct{ sum, rate float64 }

func loads() (all []load) {
	words := strings.Repeat("x", 64)
	for _, pipeline := range []int{1, 16} {
		for _, args := range [][]string{
			{"SET", "key", words}, {"GET", "key"}, {"INCR", "n"},
			{"XADD", "stream", "MAXLEN", "~", "1000", "*", "field", words}, {"PUBLISH", "nobody", words},
		} {
			all = append(all, load{fmt.Sprintf("%s, -P %d", args[0], pipeline), commands(pipeline, args)})
		}
	}
	for _, subscribers := range []int{1, 20, 200} {
		all = append(all, load{fmt.Sprintf("messages to %d", subscribers), fanOut(subscribers)})
	}
	return all
}

// commands is the work of redis-benchmark with its 50 clients.
func commands(pipeline int, args []string) func(context.Context, string, time.Duration) (done, error) {
	return func(ctx context.Context, address string, most time.Duration) (done, error) {
		_, port, _ := strings.Cut(address, ":")
		once := func(requests float64) (float64, error) {
			cmd := exec.CommandContext(ctx, "redis-benchmark", append([]string{"--csv", "-p", port,
				"-P", strconv.Itoa(pipeline), "-n", strconv.Itoa(int(requests))}, args...)...)
			out, err := cmd.Output()
			if err != nil {
				return 0, fmt.Errorf("redis-benchmark: %w", err)
			}
			fields := strings.Split(string(out), `","`) // a line of titles, and the last one of figures
			if len(fields) < 9 {
				return 0, fmt.Errorf("redis-benchmark: %q; want figures", out)
			}
			return strconv.ParseFloat(fields[8], 64)
		}
		probe := 5000 * float64(pipeline)
		rate, err := once(probe)
		if err != nil {
			return done{}, err
		}
		requests := rate * most.Seconds()
		rate, err = once(requests)
		return done{probe + requests, rate}, err
	}
}

// figure is what one round found of a server.
type figure struct {
	rate float64
	cpu  float64 // microseconds of the server for each
}

// compareServers gives the servers their turns and writes a table.
func (p *plan) compareServers(ctx context.Context, w, progress io.Writer) (err error) {
	var running []*child
	for _, name := range servers {
		dir, failed := os.MkdirTemp("", "bench")
		if failed != nil {
			return failed
		}
		defer os.RemoveAll(dir)
		c, failed := start(ctx, job{System: name, Part: slices.Index(partNames[:], "broker"), At: dir})
		if failed != nil {
			return failed
		}
		defer func() { err = errors.Join(err, c.stop()) }()
		running = append(running, c)
	}
	fmt.Fprintf(w, "# The embedded broker beside redis-server\n\n%s\n\n", p.conditions())
	fmt.Fprintf(w, "| load | %s/s | %s/s | ratio | CPU µs |\n|---|--:|--:|--:|--:|\n", servers[0], servers[1])
	for _, l := range loads() {
		fmt.Fprintf(progress, "%s:", l.name)
		var found [len(servers)][]figure
		for range p.rounds {
			for i, c := range running {
				f, err := p.figure(ctx, l, c)
				if err != nil {
					return fmt.Errorf("%s of %s: %w", l.name, servers[i], err)
				}
				found[i] = append(found[i], f)
				fmt.Fprintf(progress, " %s %.0f/s", servers[i], f.rate)
			}
		}
		fmt.Fprintln(progress)
		writeFigures(w, l.name, found)
	}
	return nil
}

func (p *plan) figure(ctx context.Context, l load, c *child) (f figure, err error) {
	at, err := url.Parse(c.bus)
	if err != nil {
		return f, err
	}
	used, err := cpuTime(c.pid)
	if err != nil {
		return f, err
	}
	did, err := l.run(ctx, at.Host, p.time)
	if err != nil {
		return f, err
	}
	now, err := cpuTime(c.pid)
	return figure{did.rate, micros(now-used) / did.sum}, err
}

func writeFigures(w io.Writer, name string, found [len(servers)][]figure) {
	rate := func(f figure) float64 { return f.rate }
	cpu := func(f figure) float64 { return f.cpu }
	var ratios []float64
	for i, f := range found[1] {
		ratios = append(ratios, f.rate/found[0][i].rate)
	}
	fmt.Fprintf(w, "| %s | %.0f | %.0f | %.2f | %.2f + %.2f |\n", name, median(found[0], rate), median(found[1], rate),
		median(ratios, func(r float64) float64 { return r }), median(found[0], cpu), median(found[1], cpu))
}
