package broker

// audience is who is to know when a key changes.
type audience struct {
	watchers []*client // by WATCH
	waiters  []*waiter // the oldest first
	changed  bool      // the key is in Broker.changed
}

// audience returns that of a key, for one who joins it: then Broker.held grows by
// the place's cost.
func (b *Broker) audience(p place) *audience {
	a := b.audiences[p]
	if a == nil {
		a = new(audience)
		b.audiences[p] = a
	}
	return a
}

// placeCost is what a key takes beyond its name for one who watches it or waits for
// it, about.
const placeCost = 150

func (p place) cost() int { return len(p.key) + placeCost }

// left follows one who left an audience, which is forgotten once everyone has.
func (b *Broker) left(p place, a *audience) {
	b.held -= p.cost()
	if len(a.watchers)+len(a.waiters) == 0 {
		delete(b.audiences, p)
	}
}

// spoil fails the transactions of those who watch the key.
func (a *audience) spoil() {
	for _, c := range a.watchers {
		c.spoiled = true
	}
}

// ready notes that a key changed for those who wait for it.
func (b *Broker) ready(p place) {
	if a := b.audiences[p]; a != nil && len(a.waiters) > 0 && !a.changed {
		a.changed = true
		b.changed = append(b.changed, p)
	}
}
