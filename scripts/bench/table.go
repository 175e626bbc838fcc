package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"
)

const legend = "Allocations are objects a request, of callers + service; CPU is a request's, memory is that at the end, of callers + service + broker. " +
	"A single figure belongs to one process that is all of them. Each Go process is the same program, with all peers linked in, which RSS shows. Failed are the requests of all rounds without the right answer."

// write writes what was found as Markdown: the ratios first, then everything.
func (p *plan) write(w io.Writer, found findings) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "# A round trip of the RPC, and its peers\n\n%s %s\n", p.conditions(), legend)
	fmt.Fprintf(out, "\n## Requests a second, as a multiple of NATS micro\n\n")
	p.writeRatios(out, found)
	for _, size := range p.sizes {
		for _, callers := range p.callers {
			at := cell{size, callers}
			if len(found[at]) > 0 {
				fmt.Fprintf(out, "\n## %v\n\n", at)
				p.writeCell(out, found[at])
			}
		}
	}
	fmt.Fprintf(out, "\n## The systems\n\n")
	for _, s := range p.systems {
		fmt.Fprintf(out, "* `%s`: %s\n", s.name, s.about)
	}
	return out.Flush()
}

func (p *plan) writeRatios(w io.Writer, found findings) {
	head, rule := "| payload, callers |", "|---|"
	for _, s := range p.systems {
		head += " " + s.name + " |"
		rule += "--:|"
	}
	fmt.Fprintf(w, "%s\n%s\n", head, rule)
	for _, size := range p.sizes {
		for _, callers := range p.callers {
			at := cell{size, callers}
			fmt.Fprintf(w, "| %v |", at)
			for _, s := range p.systems {
				fmt.Fprintf(w, " %s |", ratio(found[at], s.name))
			}
			fmt.Fprintln(w)
		}
	}
}

func (p *plan) writeCell(w io.Writer, found map[string][]sample) {
	fmt.Fprintf(w, "| system | requests/s | ÷ %s | p50 µs | p99 µs | allocations | CPU µs | RSS MiB | failed |\n", yardstick)
	fmt.Fprintf(w, "|---|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	var mistakes []string
	for _, sys := range p.systems {
		all := found[sys.name]
		if len(all) == 0 {
			continue
		}
		failed := uint64(0)
		for _, s := range all {
			failed += s.Failed
			if s.Mistake != "" {
				mistakes = append(mistakes, fmt.Sprintf("%s: %s", sys.name, s.Mistake))
			}
		}
		fmt.Fprintf(w, "| %s | %.0f | %s | %.0f | %.0f | %s | %s | %s | %d |\n", sys.name,
			median(all, sample.rate), ratio(found, sys.name),
			median(all, func(s sample) float64 { return micros(s.P50) }),
			median(all, func(s sample) float64 { return micros(s.P99) }),
			byPart(all, len(partNames)-1, "%.1f", func(u *usage) float64 { return u.allocs }),
			byPart(all, len(partNames), "%.1f", func(u *usage) float64 { return u.cpu }),
			byPart(all, len(partNames), "%.0f", func(u *usage) float64 { return u.memory }),
			failed)
	}
	slices.Sort(mistakes)
	for _, m := range slices.Compact(mistakes) {
		fmt.Fprintf(w, "\n%s\n", m)
	}
}

// ratio is the median of the ratios to the yardstick in the same round.
func ratio(found map[string][]sample, name string) string {
	all, base := found[name], found[yardstick]
	n := min(len(all), len(base))
	if n == 0 {
		return "–"
	}
	ratios := make([]float64, n)
	for i := range ratios {
		ratios[i] = all[i].rate() / base[i].rate()
	}
	return fmt.Sprintf("%.2f", median(ratios, func(r float64) float64 { return r }))
}

// byPart is the medians of the first n parts, where there are such parts.
func byPart(all []sample, n int, format string, of func(*usage) float64) string {
	var cells []string
	for i := range n {
		if all[0].used[i] == nil {
			continue
		}
		m := median(all, func(s sample) float64 { return of(s.used[i]) })
		if math.IsNaN(m) {
			return "–"
		}
		cells = append(cells, fmt.Sprintf(format, m))
	}
	return strings.Join(cells, " + ")
}

// median is that of the values that of takes from all, which is not empty.
func median[T any](all []T, of func(T) float64) float64 {
	values := make([]float64, len(all))
	for i, v := range all {
		values[i] = of(v)
	}
	slices.SortFunc(values, cmp.Compare)
	mid := len(values) / 2
	if len(values)%2 == 0 {
		return (values[mid-1] + values[mid]) / 2
	}
	return values[mid]
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

func bytesText(n int) string {
	if n >= 1024 && n%1024 == 0 {
		return fmt.Sprintf("%d KiB", n/1024)
	}
	return fmt.Sprintf("%d B", n)
}
