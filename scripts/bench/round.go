package main

import (
	"context"
	"fmt"
	"io"
)

// cell is what systems are compared at.
type cell struct{ size, callers int }

func (c cell) String() string {
	if c.callers == 1 {
		return bytesText(c.size) + ", 1 caller"
	}
	return fmt.Sprintf("%s, %d callers", bytesText(c.size), c.callers)
}

// findings are samples by cell and system, one a round.
type findings map[cell]map[string][]sample

// measure carries out the plan. When that fails it returns what it found until
// then as well.
func (p *plan) measure(ctx context.Context, progress io.Writer) (findings, error) {
	found := findings{}
	for round := range p.rounds {
		for _, size := range p.sizes {
			for _, callers := range p.callers {
				fmt.Fprintf(progress, "round %d of %d, %v:", round+1, p.rounds, cell{size, callers})
				err := p.compare(ctx, found, cell{size, callers}, progress)
				fmt.Fprintln(progress)
				if err != nil {
					return found, err
				}
			}
		}
	}
	return found, nil
}

// compare gives each system its turn.
func (p *plan) compare(ctx context.Context, found findings, at cell, progress io.Writer) error {
	if found[at] == nil {
		found[at] = map[string][]sample{}
	}
	for _, s := range p.systems {
		got, err := p.sample(ctx, s, at)
		if err != nil {
			return fmt.Errorf("%s at %v: %w", s.name, at, err)
		}
		found[at][s.name] = append(found[at][s.name], got)
		fmt.Fprintf(progress, " %s %.0f/s", s.name, got.rate())
	}
	return nil
}
