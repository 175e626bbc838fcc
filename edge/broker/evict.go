package broker

import (
	"fmt"
	"math/rand/v2"
)

// Policy says what happens when Config.MaxMemory is reached.
type Policy int

const (
	NoEviction  Policy = iota // writes that need memory are refused; the default
	VolatileTTL               // the key that expires next goes, until none expires
	AllKeysLRU                // of a few keys, the one not used for longest goes
)

var policyNames = [...]string{"noeviction", "volatile-ttl", "allkeys-lru"}

// String returns the policy's name in Redis.
func (p Policy) String() string { return policyNames[p] }

// ParsePolicy returns the policy that has this name in Redis.
func ParsePolicy(name string) (Policy, error) {
	for i, n := range policyNames {
		if n == name {
			return Policy(i), nil
		}
	}
	return 0, fmt.Errorf("broker: memory policy %q: want noeviction, volatile-ttl or allkeys-lru", name)
}

// lruSamples is how many keys are looked at to find one long unused.
const lruSamples = 10

// full reports whether args do not fit in memory, not even after the keys that
// are due, and those that the policy gives up, have gone.
func (b *Broker) full(args [][]byte) bool {
	size := 0
	for _, a := range args {
		size += len(a)
	}
	if b.memory()+size <= b.cfg.MaxMemory {
		return false
	}
	b.store.reapAll()
	for b.memory()+size > b.cfg.MaxMemory {
		e := b.victim()
		if e == nil {
			return true
		}
		b.store.remove(e)
		b.lost(e)
		b.stats.Evicted++
	}
	return false
}

// victim is the key to go next, or nil.
func (b *Broker) victim() *entry {
	switch b.cfg.Policy {
	case VolatileTTL:
		return b.store.soonest()
	case AllKeysLRU:
		return b.store.leastUsed()
	}
	return nil
}

// soonest is the key that expires next.
func (s *store) soonest() (found *entry) {
	for i := range s.dbs {
		if due := s.dbs[i].due; len(due) > 0 && (found == nil || due[0].expires < found.expires) {
			found = due[0]
		}
	}
	return found
}

// leastUsed is the one of some keys that was not used for longest.
func (s *store) leastUsed() (found *entry) {
	keys := s.len()
	if keys == 0 {
		return nil
	}
	for range lruSamples {
		if e := s.nth(rand.IntN(keys)); found == nil || e.seen < found.seen {
			found = e
		}
	}
	return found
}

// nth is a key by its place in all databases together.
func (s *store) nth(n int) *entry {
	for i := range s.dbs {
		if order := s.dbs[i].order; n < len(order) {
			return order[n]
		} else {
			n -= len(order)
		}
	}
	return nil
}
