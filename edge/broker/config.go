package broker

import (
	"log/slog"
	"time"
)

// Config is what a Broker keeps to. Its zero value is ready to use; the default
// of each field stands behind it.
type Config struct {
	Password       string        // what clients must present with AUTH; "" = nothing
	Users          []User        // who may log in and do what, from ParseUsers; one named default is instead of Password; default who may do everything
	MaxClients     int           // connections at a time; default 1000
	MaxMemory      int           // bytes of keys, values and subscriptions; default 32 MiB
	Policy         Policy        // what happens when MaxMemory is reached; default NoEviction
	Dir            string        // for Open: where the log is, made if need be; "" = keys last as long as the Broker
	Persist        []string      // patterns, as of KEYS, of the keys that are logged; default all
	Fsync          string        // when what is logged is on the disk: "always", before it is replied; "1s", a second later; "never", when the system likes; default "1s"
	MaxBulk        int           // bytes of one argument of a command; default 4 MiB
	SoftOutput     int           // bytes that may wait for a subscriber for SoftTime; default 256 KiB
	SoftTime       time.Duration // default 10 s
	HardOutput     int           // bytes that may wait for a subscriber at all, and twice the largest message; default 1 MiB
	MaxOutput      int           // bytes that may wait for all subscribers together, what many wait for counted once; beyond it those for whom most waits are cut; default 32 MiB, and four times HardOutput
	WriteTimeout   time.Duration // how long one write to a client may take; default 30 s
	CommandTimeout time.Duration // how long a client may take to send one command; default 60 s
	MaxBuffers     int           // bytes of half-sent commands and of replies not taken, of all clients together; beyond it who holds much for long is cut; default 32 MiB, and four times MaxBulk
	IdleTimeout    time.Duration // a client that sends nothing for so long is closed, but for subscribers and those that wait; 0 = never
	Shutdown       func()        // called, once and without waiting, when a client says SHUTDOWN, to end Serve; nil = SHUTDOWN is an error
	Logger         *slog.Logger  // where cut and refused clients are told of; nil = nowhere
}

func (cfg *Config) setDefaults() {
	setInt := func(field *int, value int) {
		if *field <= 0 {
			*field = value
		}
	}
	setTime := func(field *time.Duration, value time.Duration) {
		if *field <= 0 {
			*field = value
		}
	}
	setInt(&cfg.MaxClients, 1000)
	setInt(&cfg.MaxMemory, 32<<20)
	setInt(&cfg.MaxBulk, 4<<20)
	setInt(&cfg.SoftOutput, 256<<10)
	setTime(&cfg.SoftTime, 10*time.Second)
	setInt(&cfg.HardOutput, 1<<20)
	setInt(&cfg.MaxOutput, max(32<<20, 4*cfg.HardOutput))
	setTime(&cfg.WriteTimeout, 30*time.Second)
	setTime(&cfg.CommandTimeout, time.Minute)
	setInt(&cfg.MaxBuffers, max(32<<20, 4*cfg.MaxBulk))
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
}
