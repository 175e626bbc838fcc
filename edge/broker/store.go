package broker

import "time"

// entryCost is what a key takes beyond its name and value, about.
const entryCost = 112

// value is what a key holds.
type value interface {
	kind() string // as TYPE replies it
	bytes() int   // memory it takes, about
}

// entry is a key. One with an expiry is also in the heap of its database.
type entry struct {
	key     string
	value   value
	expires int64 // in milliseconds of store.now; 0 = never
	index   int   // place in the heap while it expires
}

func (e *entry) size() int { return len(e.key) + e.value.bytes() + entryCost }

// store holds the keys of all databases. It is guarded by Broker.mu.
//
// A key whose time has come is gone for everyone: whoever looks it up removes
// it, and every write removes a few others that are due. There is no timer.
type store struct {
	start   time.Time // a monotonic reading; the wall clock may step
	dbs     [databases]database
	used    int   // bytes, about
	expired int64 // keys ever removed because their time had come
}

type database struct {
	keys map[string]*entry
	due  dueHeap
}

func (s *store) init(start time.Time) {
	s.start = start
	for i := range s.dbs {
		s.dbs[i].keys = make(map[string]*entry)
	}
}

// now is the time that expiries are compared with, in milliseconds.
func (s *store) now() int64 { return time.Since(s.start).Milliseconds() + 1 }

// wall is the difference between the wall clock and now, in milliseconds.
func (s *store) wall() int64 { return time.Now().UnixMilli() - s.now() }

func (s *store) len() (n int) {
	for i := range s.dbs {
		n += len(s.dbs[i].keys)
	}
	return n
}

// get returns the entry of a key, or nil when it has none or is due.
func (s *store) get(db int, key []byte) *entry {
	e := s.dbs[db].keys[string(key)]
	if e == nil || e.expires == 0 || e.expires >= s.now() {
		return e
	}
	s.remove(db, e)
	s.expired++
	return nil
}

// put gives a key a value, and its expiry unless that is to stay.
func (s *store) put(db int, key []byte, v value, keepExpiry bool) *entry {
	d := &s.dbs[db]
	e := s.get(db, key)
	if e == nil {
		e = &entry{key: string(key), value: v}
		d.keys[e.key] = e
		s.used += e.size()
		return e
	}
	s.used += v.bytes() - e.value.bytes()
	e.value = v
	if !keepExpiry {
		s.persist(db, e)
	}
	return e
}

func (s *store) remove(db int, e *entry) {
	s.persist(db, e)
	delete(s.dbs[db].keys, e.key)
	s.used -= e.size()
}

func (s *store) flush(db int) {
	d := &s.dbs[db]
	for _, e := range d.keys {
		s.used -= e.size()
	}
	d.keys = make(map[string]*entry)
	d.due = nil
}

// expire sets when a key is due, in milliseconds of now.
func (s *store) expire(db int, e *entry, at int64) {
	due := &s.dbs[db].due
	if e.expires != 0 {
		e.expires = at
		due.fix(e.index)
		return
	}
	e.expires = at
	due.push(e)
}

// persist lets a key live for ever.
func (s *store) persist(db int, e *entry) {
	if e.expires != 0 {
		s.dbs[db].due.remove(e.index)
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
		s.remove(db, d.due[0])
		s.expired++
	}
}

// reapAll removes every key that is due.
func (s *store) reapAll() {
	for db := range s.dbs {
		s.reap(db, len(s.dbs[db].due))
	}
}
