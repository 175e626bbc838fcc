package broker

import "time"

// entryCost is what a key takes beyond its name and value, about.
const entryCost = 144

// entry is a key. One with an expiry is also in the heap of its database.
type entry struct {
	key     string
	value   value
	expires int64 // in milliseconds of store.now; 0 = never
	seen    int64 // when a command last used it, in nanoseconds since the broker started
	charged int   // what store.used holds for it
	index   int   // place in the heap while it expires
	slot    int   // place in the order of its database
	written int   // the last rewriting of the log that has it
	db      int
}

// store holds the keys of all databases. It is guarded by Broker.mu. Commands
// read it with held and look, and change it through the client's methods in
// change.go, which tell everyone who must know.
//
// A key whose time has come is gone for everyone: whoever looks it up removes
// it, and every write removes a few others that are due. There is no timer.
type store struct {
	start   time.Time // a monotonic reading; the wall clock may step
	offset  int64     // what wall last returned
	dbs     [databases]database
	used    int          // bytes, about
	expired int64        // keys ever removed because their time had come
	gone    func(*entry) // told of each of those; may be nil
	loading bool         // a log is repeated, which says itself when a key ended
}

// database is one keyspace. The order is for scans, and for picking keys at
// random: a key that goes leaves its slot to the last one, so that keys move
// only towards the front.
type database struct {
	keys  map[string]*entry
	order []*entry
	due   dueHeap
}

func (s *store) init(start time.Time) {
	// A whole millisecond of the wall clock, so that both clocks step together: what
	// one broker says was now is never ahead of the next one's clock.
	s.start = start.Add(-time.Duration(start.Nanosecond()) % time.Millisecond)
	for i := range s.dbs {
		s.dbs[i].keys = make(map[string]*entry)
	}
}

// now is the time that expiries are compared with, in milliseconds.
//
//go:noinline
func (s *store) now() int64 { return time.Since(s.start).Milliseconds() + 1 }

// wall is the difference between the wall clock and now, in milliseconds. It
// follows steps of the clock, and stays as it is while the clock is only slewed,
// so that a time that was set is told as it was set.
func (s *store) wall() int64 {
	const slew = 10
	t := time.Now()
	offset := t.UnixMilli() - t.Sub(s.start).Milliseconds() - 1
	if d := offset - s.offset; d > slew || d < -slew {
		s.offset = offset
	}
	return s.offset
}

func (s *store) len() (n int) {
	for i := range s.dbs {
		n += len(s.dbs[i].keys)
	}
	return n
}

// get returns the entry of a key, or nil when it has none or is due.
func (s *store) get(db int, key []byte) *entry {
	e := s.dbs[db].keys[string(key)]
	if e == nil || e.expires == 0 || e.expires >= s.now() || s.loading {
		return e
	}
	s.drop(e)
	return nil
}

// add makes an entry for a key that has none.
func (s *store) add(db int, key string, v value) *entry {
	d := &s.dbs[db]
	e := &entry{key: key, value: v, db: db, slot: len(d.order)}
	d.keys[key] = e
	d.order = append(d.order, e)
	s.charge(e)
	return e
}

// charge accounts for the memory an entry takes now.
func (s *store) charge(e *entry) {
	size := len(e.key) + e.value.bytes() + entryCost
	s.used += size - e.charged
	e.charged = size
}

func (s *store) remove(e *entry) {
	s.persist(e)
	d := &s.dbs[e.db]
	delete(d.keys, e.key)
	last := len(d.order) - 1
	d.order[e.slot] = d.order[last]
	d.order[e.slot].slot = e.slot
	d.order[last] = nil
	d.order = d.order[:last]
	s.used -= e.charged
}

// drop removes an entry whose time has come.
func (s *store) drop(e *entry) {
	s.remove(e)
	s.expired++
	if s.gone != nil {
		s.gone(e)
	}
}

func (s *store) flush(db int) {
	d := &s.dbs[db]
	for _, e := range d.order {
		s.used -= e.charged
	}
	*d = database{keys: make(map[string]*entry)}
}

// expire sets when a key is due, in milliseconds of now.
func (s *store) expire(e *entry, at int64) {
	due := &s.dbs[e.db].due
	if e.expires != 0 {
		e.expires = at
		due.fix(e.index)
		return
	}
	e.expires = at
	due.push(e)
}

// persist lets a key live for ever.
func (s *store) persist(e *entry) {
	if e.expires != 0 {
		s.dbs[e.db].due.remove(e.index)
		e.expires = 0
	}
}

// reap removes up to limit keys that are due, those of this database.
func (s *store) reap(db, limit int) {
	d := &s.dbs[db]
	if len(d.due) == 0 {
		return
	}
	for now := s.now(); limit > 0 && len(d.due) > 0 && d.due[0].expires < now; limit-- {
		s.drop(d.due[0])
	}
}

// reapAll removes every key that is due.
func (s *store) reapAll() {
	for db := range s.dbs {
		s.reap(db, len(s.dbs[db].due))
	}
}
