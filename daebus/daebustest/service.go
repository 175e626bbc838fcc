package daebustest

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/state"
)

// Service is an App that runs on a Bus.
type Service struct {
	app     *daebus.App
	service *daebus.Service
	log     *slog.Logger
	work    context.Context // of handlers, jobs and threads: ends at Stop
	jobs    map[string]*job
	screens screens

	mu   sync.Mutex     // guards below
	over *daebus.Bridge // nil until a peer comes

	running sync.WaitGroup // threads and Every jobs
	once    sync.Once      // guards stops
	stops   []func()       // run by Stop, last first
}

// Run starts app on bus and stops it when the test ends. A mistake in what was
// registered and a failing OnStart end the test. What the service logs goes to
// the test's output. In a bubble of testing/synctest, t is the bubble's.
func Run(t testing.TB, bus *Bus, app *daebus.App) *Service {
	t.Helper()
	s, err := start(bus, app, slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// Start is Run where there is no testing.TB, as in an Example: the error is the
// registration's or that of OnStart, and who calls it calls Stop. What the
// service logs goes to slog.Default().
func Start(bus *Bus, app *daebus.App) (*Service, error) {
	return start(bus, app, slog.Default())
}

func start(bus *Bus, app *daebus.App, log *slog.Logger) (_ *Service, err error) {
	service, err := app.Service()
	if err != nil {
		return nil, err
	}
	work, cancel := context.WithCancel(context.Background())
	s := &Service{app: app, service: service, log: log, work: work}
	defer func() {
		if err != nil {
			s.Stop()
		}
	}()
	s.screens.service, s.screens.board = s, state.NewBoard(service.Topics)
	detach, err := app.Attach(work, daebus.Runtime{Bus: bus, Screens: &s.screens, Log: log})
	if err != nil {
		cancel()
		return nil, err
	}
	s.stops = append(s.stops, detach, s.running.Wait, cancel, s.screens.close)
	for _, fn := range service.Start {
		if err := fn(work); err != nil {
			return nil, fmt.Errorf("start: %w", err)
		}
	}
	if err := s.subscribe(bus); err != nil {
		return nil, err
	}
	s.startJobs()
	s.startThreads()
	s.stops = append(s.stops, bus.watch(s.linkEvent))
	return s, nil
}

// Stop ends the service: its subscriptions, peers, jobs and threads. It returns
// when none of them is left. Stopping twice is stopping once.
func (s *Service) Stop() {
	s.once.Do(func() {
		for i := len(s.stops) - 1; i >= 0; i-- {
			s.stops[i]()
		}
	})
}

// Stats counts what the service has done.
func (s *Service) Stats() *daebus.Stats { return &s.service.Stats }

func (s *Service) linkEvent(e daebus.LinkEvent) {
	if !e.Up {
		s.app.LinkDown(e.Err)
	}
	for _, fn := range s.service.Link {
		fn(s.work, e)
	}
}

func (s *Service) subscribe(bus *Bus) error {
	add := func(channel string, fn func(string, []byte)) error {
		stop, err := bus.Subscribe(s.work, channel, fn)
		if err == nil {
			s.stops = append(s.stops, stop)
		}
		return err
	}
	if s.service.HasActions() {
		if err := add(s.service.Name, s.dispatch); err != nil {
			return err
		}
	}
	for _, l := range s.service.Listeners {
		if err := add(l.Channel, s.lane(l)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) dispatch(channel string, msg []byte) {
	s.service.Dispatch(s.work, daebus.Message{Channel: channel, Data: msg, Received: time.Now()})
}
