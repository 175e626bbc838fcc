package gate

import (
	"crypto/rand"
	"crypto/subtle"
	"slices"
	"sync"
	"time"
)

const (
	linkLife = 10 * time.Minute
	maxLinks = 16 // at a time; the oldest gives way
)

// links are the keys that were given out and not used yet, the oldest first.
type links struct {
	mu   sync.Mutex // guards below
	keys []linkKey
}

type linkKey struct {
	key string
	end time.Time
}

func (l *links) add(now time.Time) (key string) {
	key = rand.Text()
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.keys) == maxLinks {
		l.keys = slices.Delete(l.keys, 0, 1)
	}
	l.keys = append(l.keys, linkKey{key, now.Add(linkLife)})
	return key
}

// use reports whether key is one that holds, which it then does no longer.
func (l *links) use(key string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	found := -1
	for i, k := range l.keys {
		if subtle.ConstantTimeCompare([]byte(k.key), []byte(key)) == 1 && now.Before(k.end) {
			found = i
		}
	}
	if found < 0 {
		return false
	}
	l.keys = slices.Delete(l.keys, found, found+1)
	return true
}
