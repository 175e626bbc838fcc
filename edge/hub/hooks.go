package hub

import (
	"context"
	"runtime/debug"

	"github.com/daebus/daebus-go/daebus"
)

// join runs the join hooks and reports whether all of them let the peer in.
func (p *peer) join(ctx context.Context) bool {
	for _, hook := range p.hub.cfg.Service.Peers {
		if hook.Join != nil {
			if err := p.run("join", func() error { return hook.Join(ctx, p) }); err != nil {
				p.Close(daebus.CloseStatus(err))
				return false
			}
		}
		p.joined++
	}
	return true
}

// leave runs the leave hooks of those that let the peer in.
func (p *peer) leave(ctx context.Context) {
	for _, hook := range p.hub.cfg.Service.Peers[:p.joined] {
		if hook.Leave != nil {
			_ = p.run("leave", func() error { hook.Leave(ctx, p); return nil })
		}
	}
}

// run logs what only the operator may read of a hook's error, or of its panic.
func (p *peer) run(name string, hook func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			p.hub.cfg.Service.Stats.Panics.Add(1)
			p.log().Error("hook panicked", "hook", name, "panic", v, "stack", string(debug.Stack()))
			err = daebus.Internal
		}
	}()
	err = hook()
	if err != nil && daebus.CodeOf(err) == daebus.Internal {
		p.log().Error("hook failed", "hook", name, "err", err)
	}
	return err
}
