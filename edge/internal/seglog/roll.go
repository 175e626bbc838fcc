package seglog

import "fmt"

// roll begins the next segment, for who is busy. Under every policy but Never
// all before it is durable then, also what Open found, which may be no more
// than the operating system's memory of a process that was killed.
func (l *Log) roll() error {
	l.mu.Lock()
	for l.syncing {
		l.cond.Wait()
	}
	l.mu.Unlock()
	if l.cfg.Policy != Never {
		if err := l.settle(); err != nil {
			return err
		}
	}
	return l.begin()
}

// settle makes all segments durable.
func (l *Log) settle() error {
	for i := range l.segments {
		s := &l.segments[i]
		if s.synced == s.size {
			continue
		}
		if i == len(l.segments)-1 && l.file != nil {
			return l.sync()
		}
		if err := l.syncOld(s.id); err != nil {
			return fmt.Errorf("seglog: sync %s: %w", fileName(s.id), err)
		}
		l.mu.Lock()
		s.synced = s.size
		l.mu.Unlock()
	}
	return nil
}

func (l *Log) syncOld(id uint64) error {
	f, err := l.dir.Open(fileName(id))
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return err
	}
	return l.dir.Sync()
}

// begin creates the next segment. A full disk is tried again and again, so what
// is of no use is removed at once: segments without a record, and with a header
// that nobody relied on.
func (l *Log) begin() error {
	l.mu.Lock()
	useless := uint64(0)
	if n := len(l.segments); n > 0 && l.newest().size <= headerSize {
		l.stale = append(l.stale, l.newest().id)
		if l.newest().synced == 0 {
			useless = l.newest().id
		}
		l.segments = l.segments[:n-1]
	}
	l.lastID++
	h := header{salt: l.salt, id: l.lastID, first: l.written + 1, base: l.base}
	if len(l.segments) > 0 {
		h.prevID, h.prevSize = l.newest().id, uint64(l.newest().size)
	}
	old := l.file
	l.file = nil
	l.mu.Unlock()
	if old != nil {
		old.Close() // whatever it says: what of the file counts is known
	}
	if useless != 0 {
		l.dir.Remove(fileName(useless)) // it is still stale, should that fail
	}
	f, err := l.create(h)
	if err != nil {
		return fmt.Errorf("seglog: begin %s: %w", fileName(h.id), err)
	}
	l.mu.Lock()
	l.file = f
	l.entries = true
	l.segments = append(l.segments, segment{id: h.id, first: h.first, size: headerSize})
	l.mu.Unlock()
	return nil
}

func (l *Log) create(h header) (File, error) {
	f, err := l.dir.Create(fileName(h.id))
	if err != nil {
		return nil, err
	}
	if _, err := f.Write(h.append(nil)); err != nil {
		f.Close()
		l.dir.Remove(fileName(h.id)) // else the next header says that it is of no use
		return nil, err
	}
	return f, nil
}

// Resume makes Put work again after an error, when it can: it begins a new
// segment. What was lost stays lost, so an owner that has the state in memory
// appends it anew. Resume does nothing while there is no error.
func (l *Log) Resume() error {
	l.mu.Lock()
	l.takeLocked()
	err := l.errLocked()
	l.mu.Unlock()
	closed := err == ErrClosed
	if err != nil && !closed {
		err = l.roll()
	}
	l.mu.Lock()
	if !closed {
		l.err = err
	}
	l.releaseLocked()
	l.mu.Unlock()
	return err
}

// Drop forgets all records before number, which the owner has replaced by later
// ones and waited for, or needs no more. They go at once, whatever the policy:
// after a crash Open replays all of them or none.
func (l *Log) Drop(number uint64) error {
	l.mu.Lock()
	l.takeLocked()
	err := l.errLocked()
	l.mu.Unlock()
	if err == nil {
		if err = l.drop(number); err != nil {
			l.mu.Lock()
			l.failLocked(err)
			l.mu.Unlock()
		}
	}
	l.mu.Lock()
	l.releaseLocked()
	l.mu.Unlock()
	return err
}

func (l *Log) drop(number uint64) error {
	if err := l.settle(); err != nil {
		return err
	}
	l.mu.Lock()
	l.base = max(l.base, min(number, l.last+1))
	l.mu.Unlock()
	if err := l.begin(); err != nil {
		return err
	}
	l.mu.Lock()
	before, rest := split(l.segments, l.base)
	for _, s := range before {
		l.stale = append(l.stale, s.id)
	}
	l.segments = append([]segment(nil), rest...)
	l.mu.Unlock()
	return l.sync()
}
