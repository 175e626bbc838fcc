package main

import (
	"bufio"
	"fmt"
	"io"
	"math"
)

const screensLegend = "A delivery is a message to one peer; its latency is from the push to the peer's read. CPU and allocations are the server's, a delivery. " +
	"Memory is the server's RSS after garbage is collected and given back, less that with no peer, a peer: before and after the messages. Idle CPU is of one core, for all peers together; ours pings each of them every 20 s, centrifuge every 25 s, the others never. " +
	"That a message has reached everybody the server learns without telling Go's runtime of a system call, which would keep the runtime's monitor awake: ours loses a tenth of its deliveries with one message outstanding where the application does that for each message, the others nothing, as their own writes do it."

func (p *screenPlan) write(w io.Writer, found *screenFindings) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "# A message to many WebSocket peers\n\n%s\n\nMedians of %d rounds of %v each; a message has %d bytes. %s\n",
		machine(wsModules...), p.rounds, p.time, textSize, screensLegend)
	for _, peers := range p.peers {
		fmt.Fprintf(out, "\n## %d peers\n\n", peers)
		fmt.Fprintf(out, "| server | outstanding | deliveries/s | ÷ %s | p50 ms | p99 ms | CPU µs | allocations |\n|---|--:|--:|--:|--:|--:|--:|--:|\n", fanYardstick)
		for _, outstanding := range p.outstanding {
			at := flow{peers, outstanding}
			for _, f := range p.fans {
				p.writePours(out, f.name, at, found.pours[at])
			}
		}
		p.writeRests(out, found.rests[peers])
	}
	fmt.Fprintf(out, "\n## The servers\n\n")
	for _, f := range p.fans {
		fmt.Fprintf(out, "* `%s`: %s\n", f.name, f.about)
	}
	return out.Flush()
}

func (p *screenPlan) writePours(w io.Writer, name string, at flow, found map[string][]pour) {
	all := found[name]
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(w, "| %s | %d | %.0f | %s | %.2f | %.2f | %.2f | %.4f |\n", name, at.outstanding,
		median(all, func(x pour) float64 { return x.rate(at.peers) }),
		pourRatio(all, found[fanYardstick], at.peers),
		median(all, func(x pour) float64 { return micros(x.p50) / 1000 }),
		median(all, func(x pour) float64 { return micros(x.p99) / 1000 }),
		median(all, func(x pour) float64 { return x.cpu }),
		median(all, func(x pour) float64 { return x.allocs }))
}

// pourRatio is the median of the ratios in the same round.
func pourRatio(all, base []pour, peers int) string {
	var ratios []float64
	for i := range min(len(all), len(base)) {
		ratios = append(ratios, all[i].rate(peers)/base[i].rate(peers))
	}
	if len(ratios) == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", median(ratios, func(r float64) float64 { return r }))
}

func (p *screenPlan) writeRests(w io.Writer, found map[string][]rest) {
	fmt.Fprintf(w, "\n| server | KiB an idle peer | after messages | idle CPU |\n|---|--:|--:|--:|\n")
	for _, f := range p.fans {
		all := found[f.name]
		if len(all) == 0 {
			continue
		}
		cpu := "–"
		if share := median(all, func(r rest) float64 { return r.cpu }); all[0].measured && !math.IsNaN(share) {
			cpu = fmt.Sprintf("%.2f %%", 100*share)
		}
		fmt.Fprintf(w, "| %s | %.1f | %.1f | %s |\n", f.name,
			median(all, func(r rest) float64 { return r.memory / 1024 }),
			median(all, func(r rest) float64 { return r.after / 1024 }), cpu)
	}
}
