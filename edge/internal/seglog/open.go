package seglog

import (
	"fmt"
	"sync"
	"time"
)

// Policy says when what is appended becomes durable.
type Policy int

const (
	Always      Policy = iota // before Wait returns
	EverySecond               // within about a second; a crash of the process alone loses nothing that was waited for
	Never                     // when the operating system likes
)

// Config is how a Log writes. Its zero value is ready to use.
type Config struct {
	Policy  Policy
	Segment int64        // bytes after which a new file begins; default 8 MiB
	Damaged func(Damage) // told by Open of every damage; nil = nobody
	Failed  func(error)  // told under EverySecond that what was waited for a second ago is lost after all; nil = nobody
}

// Damage is a place in the log that cannot be read.
type Damage struct {
	File   string // in the log's directory
	Offset int64  // of the first byte
	Bytes  int64
	Torn   bool // the end of the log, as a crash in the middle of a write leaves it
}

// Open reads the log in dir and calls replay with every record, in order; the
// record is valid until replay returns. An error of replay ends Open.
// Open writes nothing: that begins with the first record that is appended.
func Open(dir Dir, cfg Config, replay func(number uint64, record []byte) error) (*Log, error) {
	if cfg.Segment <= 0 {
		cfg.Segment = 8 << 20
	}
	l := &Log{dir: dir, cfg: cfg}
	l.cond = sync.NewCond(&l.mu)
	l.batch = &Batch{log: l}
	if err := l.load(replay); err != nil {
		return nil, fmt.Errorf("seglog: open: %w", err)
	}
	l.written = l.last
	l.timer = time.AfterFunc(time.Hour, l.tick)
	l.timer.Stop()
	return l, nil
}
