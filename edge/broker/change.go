package broker

// How commands get at keys and change them. Whoever must know of a change is
// told here: WATCH, the clients that wait for the key, and the log.

// look is the lookup of a command; a reading one counts as a hit or a miss.
func (c *client) look(key []byte) *entry {
	e := c.b.store.get(c.db, key)
	if e != nil {
		e.seen = c.active.Load()
	}
	switch {
	case c.last == nil || c.last.flags&readonly == 0:
	case e == nil:
		c.b.stats.Misses++
	default:
		c.b.stats.Hits++
	}
	return e
}

// held returns what key holds as a V, and its entry; e is nil when there is no
// such key. ok is false when it holds another type; that error is replied then.
func held[V value](c *client, key []byte) (v V, e *entry, ok bool) {
	e = c.look(key)
	if e == nil {
		return v, nil, true
	}
	if v, ok = e.value.(V); !ok {
		c.errorText(errWrongType)
	}
	return v, e, ok
}

// own is the lookup of a command for several types: what key holds is to be of the
// command's group. ok is false when it is not; that error is replied then.
func (c *client) own(key []byte) (e *entry, ok bool) {
	e = c.look(key)
	if e != nil && groupOf(e.value) != c.last.group {
		c.errorText(errWrongType)
		return nil, false
	}
	return e, true
}

// create gives key, which has none, a value. The caller fills it and then calls
// changed.
func (c *client) create(key []byte, v value) *entry {
	e := c.b.store.add(c.db, string(key), v)
	e.seen = c.active.Load()
	return e
}

// put gives key a value in place of any it has, and no expiry.
func (c *client) put(key []byte, v value) *entry {
	e := c.b.store.get(c.db, key)
	if e == nil {
		e = c.create(key, v)
	} else {
		c.b.store.persist(e)
		e.value = v
		e.seen = c.active.Load()
	}
	c.changed(e)
	return e
}

// changed is called after a command changed e's value, in place or by another,
// or its expiry. A collection that has become empty goes.
func (c *client) changed(e *entry) {
	if isEmpty(e.value) {
		c.b.store.remove(e)
	} else {
		c.b.store.charge(e)
	}
	c.b.touch(e)
}

// remove ends a key.
func (c *client) remove(e *entry) {
	c.b.store.remove(e)
	c.b.touch(e)
}

// touch tells of a change of e.
func (b *Broker) touch(e *entry) {
	b.effects.dirty = true
	if len(b.audiences) > 0 {
		b.tell(place{e.db, e.key})
	}
}

// tell tells those who watch a key, or wait for it.
//
//go:noinline
func (b *Broker) tell(p place) {
	if a := b.audiences[p]; a != nil {
		a.spoil()
		b.ready(p)
	}
}

// lost tells of a key that has gone by itself: because its time had come, or to
// make room.
func (b *Broker) lost(e *entry) {
	dirty := b.effects.dirty
	b.touch(e)
	b.effects.dirty = dirty // the command at hand did not do that
	b.aof.begin(spot{e.db, []byte(e.key)}, "DEL")
}

// place names a key in its database.
type place struct {
	db  int
	key string
}
