// Package collection has the data structures behind the broker's hashes, sets
// and sorted sets. They are as small in memory as they are found to be, keep
// small ones in the order in which Redis 7.0 shows them, and know in constant
// time about how much memory they take.
//
// They do not lock, and their zero values are empty and ready to use.
package collection

// Redis keeps a hash or a sorted set as a listpack up to these limits, which
// are its defaults for {hash,zset}-max-listpack-{entries,value}, and a set as an
// intset up to set-max-intset-entries. Clients see the order and the encoding.
const (
	hashLen    = 512
	sortedLen  = 128
	packedText = 64
	intsLen    = 512
)
