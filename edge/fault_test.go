package edge_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge"
	"github.com/daebus/daebus-go/edge/internal/faultproxy"
	"github.com/daebus/daebus-go/edge/internal/redistest"
)

// fault is something that happens between a service and its broker.
type fault struct {
	name  string
	on    func(*ordeal)
	off   func(*ordeal) // nil: it is over at once
	why   string        // in what /readyz says meanwhile
	own   bool          // it is the server's, which nobody else may use then
	holds bool          // the link must survive it
	noise bool          // what arrives is not what was sent
}

var faults = []fault{
	{name: "blackhole", on: blackhole(faultproxy.Both), off: pass, why: "timeout"},
	{name: "blackhole up", on: blackhole(faultproxy.Up), off: pass},
	{name: "blackhole down", on: blackhole(faultproxy.Down), off: pass},
	{name: "stall", on: stall(faultproxy.Both), off: pass, why: "timeout"},
	{name: "stall up", on: stall(faultproxy.Up), off: pass},
	{name: "stall down", on: stall(faultproxy.Down), off: pass},
	{name: "zombie", on: func(o *ordeal) { o.proxy.Zombie() }},
	{name: "reset", on: func(o *ordeal) { o.proxy.Reset() }},
	{name: "fin", on: func(o *ordeal) { o.proxy.Fin() }},
	{name: "refuse", on: func(o *ordeal) { o.proxy.Refuse(true); o.proxy.Reset() }, off: pass, why: "connection refused"},
	{name: "accept hang", on: func(o *ordeal) { o.proxy.AcceptHang(true); o.proxy.Reset() }, off: pass, why: "timeout"},
	{name: "cut", on: func(o *ordeal) { o.proxy.Cut(1000) }},
	{name: "garbage", on: inject("!\x00?\r\n")},
	{name: "unasked reply", on: inject(":1\r\n:1\r\n:1\r\n")},
	{name: "endless reply", on: inject("$99999999999\r\n")},
	{name: "unfinished reply", on: inject("$16000000\r\n")},
	{name: "flipped bits", on: func(o *ordeal) { o.proxy.Corrupt(0.003, 1) }, off: pass, noise: true},
	{name: "delay", on: func(o *ordeal) { o.proxy.Delay(100*time.Millisecond, 50*time.Millisecond) }, off: pass, holds: true},
	{name: "throttle", on: func(o *ordeal) { o.proxy.Throttle(20_000) }, off: pass, holds: true},
	{name: "chunk", on: func(o *ordeal) { o.proxy.Chunk(1) }, off: pass, holds: true},

	{name: "server frozen", own: true, on: func(o *ordeal) { o.redis.Stop() }, off: func(o *ordeal) { o.redis.Cont() }},
	{name: "server killed", own: true, on: func(o *ordeal) { o.redis.Kill() }, off: func(o *ordeal) { o.redis.Restart() }},
	{name: "subscriber killed", own: true, on: admin("CLIENT", "KILL", "TYPE", "pubsub")},
	{name: "publisher killed", own: true, on: admin("CLIENT", "KILL", "TYPE", "normal")},
	{name: "too many clients", own: true, on: shutOut("maxclients", "1"), off: admin("CONFIG", "SET", "maxclients", "1000"), why: "max number of clients"},
	{name: "password unknown", own: true, on: shutOut("requirepass", "secret"), off: admin("CONFIG", "SET", "requirepass", ""), why: "NOAUTH"},
	{name: "data reloaded", own: true, on: reload, off: admin("CONFIG", "SET", "key-load-delay", "0"), holds: true},
	{name: "server loading", own: true, on: loading, off: admin("CONFIG", "SET", "key-load-delay", "0"), why: "LOADING"},
}

func pass(o *ordeal) { o.proxy.Pass() }

func blackhole(d faultproxy.Direction) func(*ordeal) {
	return func(o *ordeal) { o.proxy.Blackhole(d, true) }
}

func stall(d faultproxy.Direction) func(*ordeal) {
	return func(o *ordeal) { o.proxy.Stall(d, true) }
}

func inject(text string) func(*ordeal) {
	return func(o *ordeal) { o.proxy.Inject([]byte(text)) }
}

// admin has the server do a command, on a connection that was there before.
func admin(words ...string) func(*ordeal) {
	return func(o *ordeal) { o.admin.do(words...) }
}

// shutOut makes the server refuse newcomers, of whom the service is one.
func shutOut(setting, value string) func(*ordeal) {
	return func(o *ordeal) {
		o.admin.do("CONFIG", "SET", setting, value)
		o.proxy.Reset()
	}
}

// reload has the server read its data, as slowly as if it had more.
func reload(o *ordeal) {
	o.admin.do("DEBUG", "POPULATE", "40000")
	o.admin.do("CONFIG", "SET", "key-load-delay", "300")
	o.admin.do("CONFIG", "SET", "loading-process-events-interval-bytes", "1024")
	busy := dialStranger(o.t, o.redis.Addr)
	if _, err := busy.conn.Write([]byte("DEBUG RELOAD\r\n")); err != nil {
		o.t.Fatal(err)
	}
	eventually(o.t, "it loads", func() bool {
		return strings.Contains(string(o.admin.do("INFO", "persistence").Bytes), "\nloading:1")
	})
}

// loading is reload while the service dials.
func loading(o *ordeal) {
	reload(o)
	o.proxy.Reset()
}

// ordeal is a service behind a proxy, and one that asks it without.
type ordeal struct {
	t      *testing.T
	redis  *redistest.Server
	proxy  *faultproxy.Proxy
	admin  *stranger
	worker *service
	links  chan daebus.LinkEvent // of the worker
	crowd  *crowd
}

func newOrdeal(t *testing.T, redis *redistest.Server) *ordeal {
	o := &ordeal{
		t:     t,
		redis: redis,
		proxy: faultproxy.New(t, redis.Addr),
		admin: dialStranger(t, redis.Addr),
		links: make(chan daebus.LinkEvent, 1000),
	}
	// Each has a name of its own on the shared server.
	app := daebus.New("worker-" + o.proxy.Addr[strings.LastIndex(o.proxy.Addr, ":")+1:])
	app.Action("work", daebus.Func(func(_ context.Context, n int) (int, error) { return n, nil }))
	app.OnLink(func(_ context.Context, e daebus.LinkEvent) { o.links <- e })
	o.worker = start(t, app, edge.Config{Bus: "redis://" + o.proxy.Addr, Ping: ping, Queue: 5000})
	o.crowd = gather(t, redis.Addr, app.Name())
	o.event(true)
	return o
}

func (o *ordeal) event(up bool) daebus.LinkEvent {
	o.t.Helper()
	e := receive(o.t, o.links)
	if e.Up != up {
		o.t.Fatalf("got event %+v, want up %v", e, up)
	}
	return e
}

const (
	ping    = time.Second
	noticed = ping*5/2 + 2*time.Second // two seconds are what a busy machine may add
	back    = 10 * time.Second
	sample  = 20 // answers that show that it works
)

// TestFaults does not run in parallel with others: it counts what the process
// has open. The faults are waited for rather than computed, so they all run at
// once, however many processors there are.
func TestFaults(t *testing.T) {
	shared := redistest.Start(t)
	goroutines, files := runtime.NumGoroutine(), openFiles(t)
	var wg sync.WaitGroup
	for _, f := range faults {
		wg.Go(func() {
			t.Run(f.name, func(t *testing.T) {
				redis := shared
				if f.own {
					redis = redistest.Start(t, "--enable-debug-command", "yes")
				}
				o := newOrdeal(t, redis)
				o.crowd.answered(time.Now(), sample)
				switch {
				case f.holds:
					o.hold(f)
				case f.noise:
					o.bear(f)
				default:
					o.suffer(f)
				}
				eventually(t, "two connections are left", func() bool { return o.proxy.Open() == 2 })
			})
		})
	}
	wg.Wait()
	eventually(t, "no more goroutines and sockets than before", func() bool {
		return runtime.NumGoroutine() <= goroutines && openFiles(t) <= files
	})
}

// suffer is for what the link must notice, and repair.
func (o *ordeal) suffer(f fault) {
	said := len(o.worker.log.String())
	begin := time.Now()
	f.on(o)
	if e := o.event(false); e.Err == nil {
		o.t.Error("the link went down and does not say why")
	}
	seen := time.Since(begin)
	if seen > noticed {
		o.t.Errorf("noticed after %v, want %v at most", seen, noticed)
	}
	if f.why != "" {
		eventually(o.t, "readyz says "+f.why, func() bool {
			status, body := ask(o.t, "GET", o.worker.url(o.t)+"/readyz", "")
			return status == 503 && strings.Contains(fmt.Sprint(body), f.why)
		})
	}
	there := begin.Add(seen) // who comes now is let in
	if f.off != nil {
		f.off(o)
		there = time.Now()
	}
	gap := o.event(true).Gap
	o.crowd.answered(there, 1)
	took := time.Since(there)
	if took > back {
		o.t.Errorf("back after %v, want %v at most", took, back)
	}
	whole := time.Now()
	o.crowd.answered(whole, sample)
	o.t.Logf("noticed %6.3fs, gap %6.3fs, back %6.3fs; %s", seen.Seconds(), gap.Seconds(), took.Seconds(), o.crowd.leave(whole))
	for _, line := range []string{`msg="bus lost"`, `msg="bus up"`} {
		if n := strings.Count(o.worker.log.String()[said:], line); n != 1 {
			o.t.Errorf("got %d lines %s, want one; the log:\n%s", n, line, o.worker.log)
		}
	}
	if len(o.links) > 0 {
		o.t.Errorf("then came %+v", <-o.links)
	}
}

// hold is for what the link must not mind: everything is answered.
func (o *ordeal) hold(f fault) {
	f.on(o)
	begin := time.Now()
	o.crowd.answered(begin, 2*sample)
	took := time.Since(begin)
	f.off(o)
	o.crowd.answered(time.Now(), sample)
	o.t.Logf("held, %d answers in %.3fs; %s", 2*sample, took.Seconds(), o.crowd.leave(time.Time{}))
	if len(o.links) > 0 {
		o.t.Errorf("got %+v; the log:\n%s", <-o.links, o.worker.log)
	}
}

// bear is for what may do anything to what passes, until it is over.
func (o *ordeal) bear(f fault) {
	before := o.proxy.Accepted()
	f.on(o)
	eventually(o.t, "it was lost a few times", func() bool { return o.proxy.Accepted() >= before+6 })
	f.off(o)
	there := time.Now()
	o.crowd.answered(there, sample)
	took := time.Since(there)
	if took > back {
		o.t.Errorf("back after %v, want %v at most", took, back)
	}
	o.t.Logf("back %6.3fs, %d damaged; %s", took.Seconds(), o.crowd.forgive(), o.crowd.leave(time.Now()))
}
