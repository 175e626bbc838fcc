package broker

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"sync"
	"syscall"

	"github.com/daebus/daebus-go/edge/internal/resp"
	"github.com/daebus/daebus-go/edge/internal/seglog"
)

// aof is the append-only file, as Redis calls it: the journal of a broker whose
// keys survive. A record is what one command or transaction did, as commands
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
	buf        []byte
	states     []spot
}

// spot is a key in its database; the key is on loan.
type spot struct {
	db  int
	key []byte
}

func (s spot) is(o spot) bool { return s.db == o.db && bytes.Equal(s.key, o.key) }

// logs reports whether a key is one of those that survive.
//
//go:noinline
func (a *aof) logs(key []byte) bool {
	return slices.ContainsFunc(a.patterns, func(p string) bool { return match(p, key) })
}

// record is journal's.
func (a *aof) record(changes []change) {
	a.buf, a.states = a.buf[:0], a.states[:0]
	for _, ch := range changes {
		if spots, exact := a.b.spots(ch); exact && !a.isAmiss(spots) {
			if len(spots) == 0 || a.logs(spots[0].key) {
				a.buf = appendChange(a.buf, ch.db, ch.words)
			}
		} else {
			a.addStates(spots)
		}
	}
	for _, s := range a.states {
		a.appendState(s)
	}
	clear(a.states)
	if len(a.buf) > 0 {
		var err error
		if a.latest.batch, err = a.log.Put(a.buf); err != nil {
			a.latest.err = err
			a.fail(err)
		}
	}
	if cap(a.buf) > keepReplies {
		a.buf = nil
	}
}

// isAmiss reports whether the keys of a command are not all in the log and
// whole, or all not in it.
func (a *aof) isAmiss(spots []spot) bool {
	for _, s := range spots {
		logged := a.logs(s.key)
		if logged != a.logs(spots[0].key) || logged && (a.isUnwritten(s) || slices.ContainsFunc(a.states, s.is)) {
			return true
		}
	}
	return false
}

// isUnwritten reports whether the rewriting at hand has still to write a key.
func (a *aof) isUnwritten(s spot) bool {
	if !a.rewriting {
		return false
	}
	e := a.b.store.dbs[s.db].keys[string(s.key)]
	return e == nil || e.written != a.generation
}

func (a *aof) addStates(spots []spot) {
	for _, s := range spots {
		if a.logs(s.key) && !slices.ContainsFunc(a.states, s.is) {
			a.states = append(a.states, s)
		}
	}
}

// appendState appends commands that make a key what it is, whatever it was.
func (a *aof) appendState(s spot) {
	emit := func(words ...[]byte) { a.buf = appendChange(a.buf, s.db, words) }
	emit([]byte("DEL"), s.key)
	store := &a.b.store
	e := store.dbs[s.db].keys[string(s.key)]
	if e == nil {
		return
	}
	rewrite(e.value, s.key, emit)
	if e.expires != 0 {
		emit([]byte("PEXPIREAT"), s.key, number(e.expires+store.wall()))
	}
	e.written = a.generation
}

// spots returns the keys of a command of the log. exact is false when its words
// do not do the same again in any database: then spots are those it changed.
func (b *Broker) spots(ch change) (spots []spot, exact bool) {
	cmd, _ := b.find(ch.words)
	if cmd == nil {
		return nil, false
	}
	keys := cmd.keysIn(ch.words)
	for _, key := range keys {
		spots = append(spots, spot{ch.db, key})
	}
	if cmd.name == "copy" {
		return append(spots, spot{otherDB(ch), keys[1]}), false
	}
	return spots, true
}

// otherDB is the database that COPY names.
func otherDB(ch change) int {
	words := ch.words[3:]
	for i, w := range words {
		if isWord(w, "DB") && i+1 < len(words) {
			if n, ok := resp.ParseInt(words[i+1]); ok && n >= 0 && n < databases {
				return int(n)
			}
		}
	}
	return ch.db
}

// refuses reports whether a command is one that changes logged keys, while the
// log cannot be written.
func (a *aof) refuses(c *client, cmd *command, args [][]byte) bool {
	if a == nil || a.failure == nil || cmd.flags&write == 0 {
		return false
	}
	spots, _ := a.b.spots(change{c.db, args})
	if len(spots) == 0 { // FLUSHALL, or a command that cannot be
		return cmd.flags&movable == 0
	}
	return slices.ContainsFunc(spots, func(s spot) bool { return a.logs(s.key) })
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
