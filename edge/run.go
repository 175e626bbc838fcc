package edge

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/hub"
	"github.com/daebus/daebus-go/edge/internal/gate"
	"github.com/daebus/daebus-go/edge/internal/group"
	"github.com/daebus/daebus-go/edge/internal/guard"
	"github.com/daebus/daebus-go/edge/internal/pool"
	"github.com/daebus/daebus-go/edge/internal/quiet"
	"github.com/daebus/daebus-go/edge/jobs"
	"github.com/daebus/daebus-go/edge/link"
	"github.com/daebus/daebus-go/edge/notify"
)

// Run runs app until ctx is done and has been drained, which takes at most
// Config.Grace. It returns every mistake of the app and of the configuration
// before it opens anything, and nil after a clean stop. When it returns nothing
// of the service runs any more, but for handlers that ignored the end of their
// context; those are named in the log.
func Run(ctx context.Context, app *daebus.App, cfg Config) error {
	service, err := app.Service()
	if err := cfg.complete(os.Getenv, err); err != nil {
		return err
	}
	if cfg.BrokerTLS != "" {
		return fmt.Errorf("config: broker_tls %q: a service has none; see the command daebus broker", cfg.BrokerTLS)
	}
	if cfg.Logger == nil {
		cfg.Logger = newLogger(os.Stderr, &cfg)
	}
	cfg.Logger = slog.New(quiet.New(cfg.Logger.Handler()))
	r := &runner{
		app:       app,
		service:   service,
		cfg:       cfg,
		log:       cfg.Logger,
		started:   time.Now(),
		token:     newToken(service.Name, &cfg),
		answering: make(chan struct{}, maxInFlight),
		bodies:    bodies{most: max(manyBodies, cfg.BodyLimit)},
		threads:   newThreads(service.Threads, cfg.Logger),
	}
	if r.jobs, err = jobs.New(service.Jobs, cfg.Logger); err != nil {
		return err
	}
	r.jobs.Clock = jobs.WatchClock
	return r.run(ctx)
}

// runner is one run of a service.
type runner struct {
	app     *daebus.App
	service *daebus.Service
	cfg     Config
	log     *slog.Logger
	started time.Time

	link      *link.Link
	hub       *hub.Hub
	pool      *pool.Pool
	lanes     map[string]*lane // by action
	tasks     sync.Pool        // of *task
	token     *gate.Token
	pagePort  string        // of HTTP, as it is listened on; "" for none
	answering chan struct{} // holds one for each HTTP request in flight
	bodies    bodies
	threads   threads
	jobs      *jobs.Scheduler
	notify    *notify.Notifier
	work      context.Context // of handlers: ends when draining is over
	endWork   context.CancelFunc
	events    chan daebus.LinkEvent
	phase     phase
}

// run starts the parts in order, waits for ctx, and stops them in reverse.
func (r *runner) run(ctx context.Context) (err error) {
	var stops undo
	defer func() {
		r.phase.set(stopping)
		_ = r.notify.Stopping()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.cfg.Grace)
		defer cancel()
		stops.run(grace)
	}()
	if r.notify, err = notify.New(); err != nil {
		return err
	}
	fronts, err := r.openFronts(&stops)
	if err != nil {
		return err
	}
	settled, err := r.startLink(ctx, &stops)
	if err != nil {
		return err
	}
	select { // so that OnStart finds the bus, if there is one
	case <-settled:
	case <-ctx.Done():
		return nil
	}
	for _, start := range r.service.Start {
		if err := guard.Call(ctx, start); err != nil {
			return unlessStopped(ctx, fmt.Errorf("start: %w", err))
		}
	}
	r.startWork(ctx, &stops)
	unsubscribe, err := r.subscribe(ctx)
	if err != nil {
		return unlessStopped(ctx, err)
	}
	failed := r.serve(fronts, &stops)
	stops.add(func(grace context.Context) {
		unsubscribe()
		r.flush(grace) // what the bus has sent by now is accepted
	})

	r.phase.set(running)
	r.announce()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		r.log.Info("stopping", "service", r.service.Name, "grace", r.cfg.Grace)
		return nil
	}
}

// unlessStopped is err, but nil when the start failed because it was to end.
func unlessStopped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// startLink brings up the way to the bus: the broker that this process may
// host, the link, the hub for peers, and the client. settled is closed when the
// first dial has ended, well or not.
func (r *runner) startLink(ctx context.Context, stops *undo) (settled <-chan struct{}, err error) {
	hosting := group.New(ctx)
	stops.add(r.stopper(hosting, "broker"))
	to, err := openBus(&r.cfg, r.service.Name, hosting)
	if err != nil {
		return nil, err
	}
	r.events = make(chan daebus.LinkEvent, maxEvents)
	to.OnEvent = r.linkEvent
	r.link = link.New(to)

	dialling := group.New(ctx)
	dialling.Go(r.link.Run)
	stops.add(r.stopper(dialling, "link"))
	stops.add(r.flush)

	r.work, r.endWork = context.WithCancel(context.WithoutCancel(ctx))
	r.hub = r.newHub()
	stops.add(func(grace context.Context) {
		r.endWork()
		if err := r.hub.Close(grace, r.service.Name+" stops"); err != nil {
			r.log.Warn("peers left", "err", err)
		}
	})
	detach, err := r.app.Attach(ctx, daebus.Runtime{Bus: r.link, Screens: r.hub, Log: r.log, After: context.AfterFunc})
	if err != nil {
		return nil, err
	}
	stops.add(func(context.Context) { detach() })
	return r.link.Settled(), nil
}

// startWork starts what runs by itself. The pool is the first of it to stop,
// with what it has accepted done.
func (r *runner) startWork(ctx context.Context, stops *undo) {
	r.pool = pool.New(r.cfg.Workers, r.cfg.Queue, r.panicked)
	r.lanes = r.fairLanes()
	own := group.New(ctx)
	stops.add(func(grace context.Context) {
		if err := own.Stop(grace); err != nil {
			r.log.Error("not stopped in time", "threads", r.threads.running(), "jobs", r.jobs.Running(), "err", err)
		}
	})
	own.Go(r.tellLinkEvents)
	own.Go(r.watch)
	own.Go(r.threads.run)
	own.Go(r.jobs.Run)
	stops.add(r.abandon)
	stops.add(func(grace context.Context) {
		if err := r.pool.Drain(grace); err != nil {
			r.log.Warn("requests left undone", "err", err)
		}
	})
}

func (r *runner) newHub() *hub.Hub {
	return hub.New(hub.Config{
		Service:      r.service,
		Context:      r.work,
		NewLane:      func() hub.Lane { return r.pool.NewLane(1, peerQueue) },
		ActionLane:   func(action string) hub.Lane { return r.lanes[action] },
		Bridge:       r.cfg.bridge(),
		Origins:      r.cfg.Origins,
		PagePort:     r.pagePort,
		MessageLimit: r.cfg.MessageLimit,
		MessageRate:  r.cfg.MessageRate,
		Deflate:      r.cfg.Compression == "deflate",
		Log:          r.log,
	})
}

// peerQueue is how many messages of one peer wait to be handled.
const peerQueue = 8

func (r *runner) panicked(value any, stack []byte) {
	r.log.Error("worker panicked", "panic", value, "stack", string(stack))
}

// announce says that the service is there.
func (r *runner) announce() {
	_ = r.notify.Ready()
	r.tellStatus(r.link.Err())
	r.log.Info("running", "service", r.service.Name, "version", Version())
}
