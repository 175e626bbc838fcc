package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// Screens are the peers of a WebSocket server, to all of which it sends the same
// messages. The server is a process of its own, and so are its peers, which are
// one cheap program for all servers: it reads, counts and says when a message
// has reached everybody.

// screenPlan is what one run of that measures.
type screenPlan struct {
	fans        []fan
	rounds      int
	time        time.Duration // of one measurement
	idle        time.Duration // for which the most peers do nothing; 0 = not at all
	peers       []int
	outstanding []int // messages that may be on their way to somebody
	cpuProfile  string
	memProfile  string
}

// flow is what is measured at: so many messages on their way to so many peers.
type flow struct{ peers, outstanding int }

// pour is one measurement of a flow.
type pour struct {
	messages uint64
	took     time.Duration
	p50, p99 time.Duration // of a delivery
	cpu      float64       // microseconds of the server a delivery
	allocs   float64       // objects of the server a delivery
}

func (p pour) rate(peers int) float64 {
	return float64(p.messages) * float64(peers) / p.took.Seconds()
}

// rest is what peers cost that do nothing.
type rest struct {
	memory, after float64 // bytes of the server a peer, before and after messages came
	cpu           float64 // share of a core, of all of them
	measured      bool    // cpu was
}

type screenFindings struct {
	pours map[flow]map[string][]pour
	rests map[int]map[string][]rest
}

func (p *screenPlan) measure(ctx context.Context, progress io.Writer) (*screenFindings, error) {
	found := &screenFindings{map[flow]map[string][]pour{}, map[int]map[string][]rest{}}
	for round := range p.rounds {
		for _, peers := range p.peers {
			fmt.Fprintf(progress, "round %d of %d, %d peers:", round+1, p.rounds, peers)
			for _, f := range p.fans {
				if err := p.sample(ctx, f, peers, found, progress); err != nil {
					fmt.Fprintln(progress)
					return found, fmt.Errorf("%s, %d peers: %w", f.name, peers, err)
				}
			}
			fmt.Fprintln(progress)
		}
	}
	return found, nil
}

// sample measures one server in a new process.
func (p *screenPlan) sample(ctx context.Context, f fan, peers int, found *screenFindings, progress io.Writer) (err error) {
	name := fmt.Sprintf("screens-%s-%d.", f.name, peers)
	server, err := start(ctx, job{
		Role: roleServer, System: f.name,
		CPUProfile: profile(p.cpuProfile, name+"cpu"), MemProfile: profile(p.memProfile, name+"mem"),
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	before, err := server.restingMemory(ctx)
	if err != nil {
		return err
	}
	screens, err := start(ctx, job{Role: roleScreens, System: f.name, At: server.bus, Callers: peers})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(screens.stop(), err) }()
	memory, err := server.restingMemory(ctx)
	if err != nil {
		return err
	}
	r := rest{memory: (memory - before) / float64(peers)}
	if p.idle > 0 && peers == p.peers[len(p.peers)-1] {
		if r.cpu, err = server.idleFor(ctx, p.idle); err != nil {
			return err
		}
		r.measured = true
	}
	for _, outstanding := range p.outstanding {
		at := flow{peers, outstanding}
		got, err := p.pour(ctx, server, screens, at)
		if err != nil {
			return err
		}
		if found.pours[at] == nil {
			found.pours[at] = map[string][]pour{}
		}
		found.pours[at][f.name] = append(found.pours[at][f.name], got)
		fmt.Fprintf(progress, " %s %.0f/s", f.name, got.rate(peers))
	}
	if memory, err = server.restingMemory(ctx); err != nil {
		return err
	}
	r.after = (memory - before) / float64(peers)
	if found.rests[peers] == nil {
		found.rests[peers] = map[string][]rest{}
	}
	found.rests[peers][f.name] = append(found.rests[peers][f.name], r)
	return nil
}

// pour has the server send for a while to warm up, and then for what counts.
func (p *screenPlan) pour(ctx context.Context, server, screens *child, at flow) (got pour, err error) {
	if _, err := server.do(ctx, order{Do: "run", For: max(p.time/4, leastWarmUp), Outstanding: at.outstanding}); err != nil {
		return got, err
	}
	if _, err := screens.do(ctx, order{Do: "begin"}); err != nil {
		return got, err
	}
	before, err := cpuTime(server.pid)
	if err != nil {
		return got, err
	}
	sent, err := server.do(ctx, order{Do: "run", For: p.time, Outstanding: at.outstanding})
	if err != nil {
		return got, err
	}
	after, err := cpuTime(server.pid)
	if err != nil {
		return got, err
	}
	seen, err := screens.do(ctx, order{Do: "end"})
	if err != nil {
		return got, err
	}
	deliveries := float64(sent.Tally.Requests) * float64(at.peers)
	if want := uint64(deliveries); seen.Tally.Requests != want {
		return got, fmt.Errorf("%d deliveries, want %d", seen.Tally.Requests, want)
	}
	return pour{
		messages: sent.Tally.Requests,
		took:     sent.Tally.Took,
		p50:      seen.Tally.P50,
		p99:      seen.Tally.P99,
		cpu:      micros(after-before) / deliveries,
		allocs:   float64(sent.Mallocs) / deliveries,
	}, nil
}

// restingMemory is what the server holds when it has given back what it can.
func (c *child) restingMemory(ctx context.Context) (float64, error) {
	if _, err := c.do(ctx, order{Do: "rest"}); err != nil {
		return 0, err
	}
	memory, err := resident(c.pid)
	return float64(memory), err
}

// idleFor is the share of a core that the server uses while nothing is asked of it.
func (c *child) idleFor(ctx context.Context, d time.Duration) (float64, error) {
	before, err := cpuTime(c.pid)
	if err != nil {
		return 0, err
	}
	select {
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-time.After(d):
	}
	after, err := cpuTime(c.pid)
	return (after - before).Seconds() / d.Seconds(), err
}
