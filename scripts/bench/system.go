package main

import "context"

// system is one way to ask a service.
type system struct {
	name  string
	about string
	parts [len(partNames)]part
}

// partNames are the parts a system may have, each a process of its own. What is
// missing happens in the callers' process.
var partNames = [...]string{"callers", "service", "broker"}

const callersPart = 0 // of partNames, and the one that all systems have

// part runs one part of a system until ctx is done, and calls ready once it can
// be used. at is where the bus is; for a broker, a directory for its files.
type part func(ctx context.Context, at string, ready func(news)) error

// news is what the others must know about a part.
type news struct {
	bus     string // where a broker is
	pid     int    // of a broker that is not this process
	callers newCaller
}

// newCaller makes one caller, which sends payload as it is at each call.
type newCaller func(payload []byte) ask

// ask makes one call. The answer is valid until the next.
type ask func(ctx context.Context) ([]byte, error)

// echo is what every service is asked for.
const echo = "echo"

// yardstick is the system that ratios are taken to.
const yardstick = "nats"

var systems = []system{
	{"nats", "NATS micro and nats-server", [...]part{natsCallers, natsService, natsServer}},
	{"redis", "ours over redis-server", [...]part{callers, service(raw), redisTCP}},
	{"redis-typed", "the same with a typed handler", [...]part{callers, service(typed), redisTCP}},
	{"redis-unix", "ours over redis-server on a unix socket", [...]part{callers, service(raw), redisUnix}},
	{"broker", "ours over the embedded broker in its own process", [...]part{callers, service(raw), brokerTCP}},
	{"broker-unix", "the same on a unix socket", [...]part{callers, service(raw), brokerUnix}},
	{"hosted", "ours over the broker that the service hosts", [...]part{callers, nil, hosting}},
	{"go-redis", "plain publish and subscribe with go-redis over redis-server", [...]part{plainCallers(openGoRedis), plainService(openGoRedis), redisTCP}},
	{"rueidis", "the same with rueidis", [...]part{plainCallers(openRueidis), plainService(openRueidis), redisTCP}},
	{"nats-inproc", "NATS micro, nats-server and callers in one process", [...]part{natsWhole, nil, nil}},
	{"inproc", "ours, the embedded broker and callers in one process", [...]part{whole, nil, nil}},
}
