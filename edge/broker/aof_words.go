package broker

import (
	"encoding/binary"
	"errors"
)

var errRecord = errors.New("malformed record")

// appendChange appends a command to a record of the log: its database, the
// number of its words, and each with its length, in varints.
func appendChange(dst []byte, db int, words [][]byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(db))
	dst = binary.AppendUvarint(dst, uint64(len(words)))
	for _, w := range words {
		dst = binary.AppendUvarint(dst, uint64(len(w)))
		dst = append(dst, w...)
	}
	return dst
}

// parseChanges reads a record. The words are part of it.
func parseChanges(record []byte) (changes []change, err error) {
	bad := false
	number := func(limit int) int {
		n, size := binary.Uvarint(record)
		if bad = bad || size <= 0 || n > uint64(limit); bad {
			return 0
		}
		record = record[size:]
		return int(n)
	}
	for len(record) > 0 {
		ch := change{db: number(databases - 1)}
		n := number(len(record))
		if bad || n == 0 {
			return nil, errRecord
		}
		for ; n > 0; n-- {
			size := number(len(record))
			if bad || size > len(record) {
				return nil, errRecord
			}
			ch.words = append(ch.words, record[:size:size])
			record = record[size:]
		}
		changes = append(changes, ch)
	}
	return changes, nil
}
