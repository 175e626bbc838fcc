package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// patience is how long a process may take to start, to obey or to end.
const patience = 5 * time.Second

// child is one part of a system, as seen by the process that started it.
type child struct {
	part    string
	pid     int    // of the process that does the work
	bus     string // of a broker
	cmd     *exec.Cmd
	orders  *json.Encoder
	hangUp  func() error
	reports chan report // closed when the child says no more
}

// start starts a part and waits until it is ready. It ends when stop is called,
// or this process dies.
func start(ctx context.Context, j job) (*child, error) {
	spec, err := json.Marshal(j)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := &child{part: cmp.Or(j.Role, partNames[j.Part]), cmd: exec.Command(self), reports: make(chan report, 1)}
	c.cmd.Env = append(os.Environ(), jobVariable+"="+string(spec))
	in, err := c.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	c.orders, c.hangUp = json.NewEncoder(in), in.Close
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.cmd.Stderr = os.Stderr
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(c.reports)
		for dec := json.NewDecoder(out); ; {
			var r report
			if dec.Decode(&r) != nil {
				return
			}
			c.reports <- r
		}
	}()
	r, err := c.await(ctx, 4*patience)
	if err != nil {
		return nil, errors.Join(err, c.stop())
	}
	c.pid, c.bus = r.PID, r.Bus
	return c, nil
}

// do gives an order and waits until it is carried out.
func (c *child) do(ctx context.Context, o order) (report, error) {
	if err := c.orders.Encode(o); err != nil {
		return report{}, fmt.Errorf("%s: order: %w", c.part, err)
	}
	return c.await(ctx, o.For+2*patience)
}

func (c *child) await(ctx context.Context, most time.Duration) (report, error) {
	select {
	case r, ok := <-c.reports:
		if !ok {
			return r, fmt.Errorf("%s: ended without a word", c.part)
		}
		if r.Error != "" {
			return r, errors.New(r.Error)
		}
		return r, nil
	case <-ctx.Done():
		return report{}, ctx.Err()
	case <-time.After(most):
		return report{}, fmt.Errorf("%s: no report for %v", c.part, most)
	}
}

// stop tells the child to end and waits until it has. One that does not is killed.
func (c *child) stop() error {
	_ = c.hangUp() // it may have ended by itself
	kill := time.AfterFunc(patience, func() { c.cmd.Process.Kill() })
	defer kill.Stop()
	for range c.reports { // Wait wants all of the output read
	}
	if err := c.cmd.Wait(); err != nil {
		return fmt.Errorf("%s: %w", c.part, err)
	}
	return nil
}
