package broker

// value is what a key holds. It is changed in place, under Broker.mu.
type value interface {
	bytes() int   // memory it takes, about; in constant time
	Len() int     // elements, or bytes of a text
	clone() value // shares nothing with the original
}

// elements is a collection as one goes through it.
type elements interface {
	value
	visit(i int) (name, value string) // value is told if the collection has such
}

// groupOf is the group of commands that a value is for.
//
//go:noinline
func groupOf(v value) group {
	switch v.(type) {
	case *text:
		return texts
	case *list:
		return lists
	case *hash:
		return hashes
	case *members:
		return sets
	case *sorted:
		return sortedSets
	}
	return streams
}

// encodingOf is what OBJECT ENCODING replies.
func encodingOf(v value) string {
	switch v := v.(type) {
	case *text:
		return v.encoding()
	case *list:
		return "quicklist"
	case *hash:
		if v.Packed() {
			return "listpack"
		}
		return "hashtable"
	case *members:
		if v.Packed() {
			return "intset"
		}
		return "hashtable"
	case *sorted:
		if v.Packed() {
			return "listpack"
		}
		return "skiplist"
	}
	return "stream"
}

// isEmpty reports whether v is a collection with nothing in it, which no key may
// hold. A stream stays without entries.
func isEmpty(v value) bool {
	switch v.(type) {
	case *text, *log:
		return false
	}
	return v.Len() == 0
}

// rewriteBatch is how many elements go into one command of a rewritten log.
const rewriteBatch = 64

// rewrite tells the commands that make key, which does not exist, hold the value.
// What emit gets is only good during the call.
func rewrite(v value, key []byte, emit func(words ...[]byte)) {
	name, pairs := "", false
	switch v := v.(type) {
	case *text:
		emit([]byte("SET"), key, v.b)
		return
	case *log:
		v.rewrite(key, emit)
		return
	case *list:
		name = "RPUSH"
	case *members:
		name = "SADD"
	case *hash:
		name, pairs = "HSET", true
	case *sorted:
		name, pairs = "ZADD", true
	}
	all := v.(elements)
	for i := 0; i < all.Len(); {
		words := [][]byte{[]byte(name), key}
		for end := min(i+rewriteBatch, all.Len()); i < end; i++ {
			word, value := all.visit(i)
			if name == "ZADD" { // where the score comes first
				word, value = value, word
			}
			words = append(words, []byte(word))
			if pairs {
				words = append(words, []byte(value))
			}
		}
		emit(words...)
	}
}
