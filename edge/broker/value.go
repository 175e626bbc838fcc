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

// value appends the commands that make a key, which does not exist, hold a value.
func (r *record) value(s spot, v value) {
	name, pairs := "", false
	switch v := v.(type) {
	case *text:
		r.begin(s, "SET").word(v.b)
		return
	case *log:
		r.stream(s, v)
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
	for i := range all.Len() {
		if i%rewriteBatch == 0 {
			r.begin(s, name)
		}
		word, value := all.visit(i)
		if name == "ZADD" { // where the score comes first
			word, value = value, word
		}
		r.text(word)
		if pairs {
			r.text(value)
		}
	}
}
