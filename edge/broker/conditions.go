package broker

// conditions are words of EXPIRE and ZADD that say when something changes, and
// of ZADD those that say what is replied.
type conditions uint8

const (
	onlyNew     conditions = 1 << iota // what has no expiry, what is no member yet
	onlyOld                            // what has one, what is one
	onlyGreater                        // to what is later, or a higher score
	onlyLess
	countChanged // and not only those that are new
	increment    // the score is one; reply the new score
)

var conditionWords = [...]string{"NX", "XX", "GT", "LT", "CH", "INCR"}

// conditionOf returns what a word means, or 0.
func conditionOf(word []byte) conditions { return conditions(bitOf(word, conditionWords[:])) }

// has reports whether one of those was said.
func (cond conditions) has(any conditions) bool { return cond&any != 0 }

// both reports whether those two were said.
func (cond conditions) both(a, b conditions) bool { return cond&a != 0 && cond&b != 0 }
