package broker

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"syscall"

	"github.com/daebus/daebus-go/edge/internal/seglog"
)

// aof is the append-only file, as Redis calls it: the log of a broker whose keys
// survive. A record is what one command or transaction did, as commands
// that do it again, of which those of logged keys are kept.
//
// What a command did cannot be told by its words when it also read a key that
// is not logged, or one that the log has not got whole yet. Then the record has
// what its keys have become.
type aof struct {
	b        *Broker
	log      *seglog.Log
	patterns []string // of the keys that are logged
	damaged  int      // places in the log that could not be read
	stop     chan struct{}
	wg       sync.WaitGroup // of the goroutine that rewrites

	// Guarded by Broker.mu.
	latest     promise // of the record of the command at hand; zero: it has none
	failure    error   // why the log lacks something, and writes are refused
	failures   int
	tending    bool  // there is a goroutine, which ends when the log is whole
	rewriting  bool  // every key is being written anew
	generation int   // how many times that was done; entry.written is the last for it
	limit      int64 // size of the log at which it is rewritten
	closed     bool
	record     record // of the command or transaction at hand
	states     []spot // of keys that it is to have whole
}

// logs reports whether a key is one of those that survive.
//
//go:noinline
func (a *aof) logs(key []byte) bool {
	for _, p := range a.patterns {
		if match(p, key) {
			return true
		}
	}
	return false
}

// begin begins what a command did to a key, and returns where its words go; nil
// when they are of no use.
func (a *aof) begin(s spot, name string, words ...[]byte) *record {
	if a == nil || !a.takes(s.db, [][]byte{s.key}) {
		return nil
	}
	return a.record.begin(s, name).word(words...)
}

// takes reports whether the words of a command on these keys belong in the log.
// When they would not do the same again there, as not all of the keys are in the
// log and whole, it gets what the keys have become.
func (a *aof) takes(db int, keys [][]byte) bool {
	logged, whole := 0, true
	for _, key := range keys {
		if a.logs(key) {
			logged++
			whole = whole && !a.isUnwritten(db, key) && !a.isState(db, key)
		}
	}
	if whole && logged == len(keys) {
		return true
	}
	for _, key := range keys {
		a.becomes(spot{db, key})
	}
	return false
}

// becomes has the record at hand say what a key is when the command is done.
func (a *aof) becomes(s spot) {
	if a != nil && a.logs(s.key) && !a.isState(s.db, s.key) {
		a.states = append(a.states, s)
	}
}

//go:noinline
func (a *aof) isState(db int, key []byte) bool {
	for _, s := range a.states {
		if s.db == db && bytes.Equal(s.key, key) {
			return true
		}
	}
	return false
}

// isUnwritten reports whether the rewriting at hand has still to write a key.
func (a *aof) isUnwritten(db int, key []byte) bool {
	if !a.rewriting {
		return false
	}
	e := a.b.store.dbs[db].keys[string(key)]
	return e == nil || e.written != a.generation
}

// settle puts the record of what a command or a transaction did in the log: after
// a crash all of it comes back, or nothing.
func (a *aof) settle() {
	for _, s := range a.states {
		a.appendState(s)
	}
	clear(a.states)
	a.states = a.states[:0]
	if len(a.record.buf) == 0 {
		return
	}
	var err error
	if a.latest.batch, err = a.put(); err != nil {
		a.latest.err = err
		a.fail(err)
	}
}

// put puts the record in the log, and begins the next.
func (a *aof) put() (*seglog.Batch, error) {
	batch, err := a.log.Put(a.record.buf)
	a.record.buf = reuse(a.record.buf)
	return batch, err
}

// appendState appends commands that make a key what it is, whatever it was.
func (a *aof) appendState(s spot) {
	a.record.begin(s, "DEL")
	e := a.b.store.dbs[s.db].keys[string(s.key)]
	if e == nil {
		return
	}
	a.record.value(s, e.value)
	if e.expires != 0 {
		a.record.begin(s, "PEXPIREAT").moment(e.expires)
	}
	e.written = a.generation
}

// refuses reports whether a command is one that changes logged keys, while the
// log cannot be written.
func (a *aof) refuses(cmd *command, args [][]byte) bool {
	if a == nil || a.failure == nil || cmd.flags&write == 0 {
		return false
	}
	keys := cmd.keysIn(args)
	for _, key := range keys {
		if a.logs(key) {
			return true
		}
	}
	return len(keys) == 0 && cmd.flags&movable == 0 // FLUSHALL; others without keys cannot be
}

// misconf is the error of a write that the log has not got, as Redis tells it.
func misconf(err error) string {
	text := err.Error()
	if errno := syscall.Errno(0); errors.As(err, &errno) {
		text = errno.Error()
		text = strings.ToUpper(text[:1]) + text[1:]
	}
	return "MISCONF Errors writing to the AOF file: " + text
}
