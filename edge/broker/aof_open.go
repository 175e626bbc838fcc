package broker

import (
	"fmt"

	"github.com/daebus/daebus-go/edge/internal/seglog"
)

// Open is New for a Broker whose keys survive the process, and the power: it
// reads the log in cfg.Dir, reports in cfg.Logger what of it is damaged, and
// keeps it up to date until Close. At most one Broker may use the directory.
//
// While the log cannot be written, because the disk is full or read-only,
// commands that change logged keys get an error, and all others go on; the
// Broker finds out by itself when it can be written again.
func Open(cfg Config) (*Broker, error) {
	b := New(cfg)
	if cfg.Dir == "" {
		return b, nil
	}
	if err := b.open(seglog.At(cfg.Dir), seglog.Config{}); err != nil {
		return nil, fmt.Errorf("broker: log in %s: %w", cfg.Dir, err)
	}
	return b, nil
}

// Close ends the log. Call it once every Serve has returned.
func (b *Broker) Close() error {
	if b.aof == nil {
		return nil
	}
	return b.aof.close()
}

// policyOf reads Config.Fsync.
func policyOf(fsync string) (p seglog.Policy, err error) {
	switch fsync {
	case "", "1s":
		return seglog.EverySecond, nil
	case "always":
		return seglog.Always, nil
	case "never":
		return seglog.Never, nil
	}
	return p, fmt.Errorf("fsync %q: want always, 1s or never", fsync)
}

// open loads the log, and from then on keeps it.
func (b *Broker) open(dir seglog.Dir, cfg seglog.Config) (err error) {
	a := &aof{b: b, stop: make(chan struct{}), record: record{clock: &b.store}}
	if a.patterns = b.cfg.Persist; len(a.patterns) == 0 {
		a.patterns = []string{"*"}
	}
	if cfg.Policy, err = policyOf(b.cfg.Fsync); err != nil {
		return err
	}
	cfg.Damaged = func(d seglog.Damage) {
		a.damaged++
		b.log.Warn("broker log damaged", "file", d.File, "offset", d.Offset, "bytes", d.Bytes, "torn", d.Torn)
	}
	cfg.Failed = func(err error) {
		b.mu.Lock()
		defer b.mu.Unlock()
		a.fail(err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	l := &loader{b: b, c: newClient(b, nil, 0)}
	b.store.loading = true
	a.log, err = seglog.Open(dir, cfg, l.load)
	b.store.loading = false
	if err != nil {
		return err
	}
	a.setLimit(int64(b.store.used))
	if l.failed > 0 {
		b.log.Warn("broker log has changes that do not fit what is before them", "changes", l.failed, "first", l.first)
	}
	b.aof = a
	return nil
}

// loader repeats what a log says.
type loader struct {
	b      *Broker
	c      *client
	words  [][]byte // room for those of a command
	failed int      // changes that could not be made, as a record before them is lost
	first  string
}

func (l *loader) load(number uint64, record []byte) error {
	for len(record) > 0 {
		db, words, rest, err := cutCommand(record, l.words[:0])
		if err != nil {
			return err
		}
		record, l.words, l.c.db = rest, words, db
		cmd, ok := l.b.find(words)
		if cmd == nil || !ok || !cmd.fits(len(words)) || cmd.run == nil {
			return fmt.Errorf("unknown command '%s': %w", cString(words[0], 64), errRecord)
		}
		l.c.execute(cmd, words)
		if len(l.c.replies) > 0 && l.c.replies[0] == '-' {
			if l.failed++; l.failed == 1 {
				l.first = fmt.Sprintf("record %d: %s", number, l.c.replies[1:len(l.c.replies)-2])
			}
		}
		l.c.replies = l.c.replies[:0]
	}
	return nil
}
