// Package seglog is a log of records in files that survives a pulled plug.
//
// Its owner opens the log, is given every record that is in it, and appends.
// A record is whole or not there: what was cut off by a crash ends the log, and
// what a sick disk changed is skipped and reported with its place; neither is
// ever read back as data. Appending is Put, which only queues, and Batch.Wait,
// which makes it durable: of many who wait, one writes and syncs for all.
//
// The log grows until its owner compacts it: note Next, append anew what of the
// older records still matters, and Drop what is before the noted number. Both
// go to the same files, so appending goes on meanwhile, and after a crash at
// any point either all records are there or the older ones are dropped.
//
// When the disk is full, read-only or broken, what was not durable is lost,
// those who wait are told, and Put fails until Resume, which begins a new file:
// after a failed fsync nobody knows what of a file's newest part is on the disk.
//
// # Format
//
// A log is a directory of segments, 0000000000000001.log and on. Numbers are
// little endian, checksums CRC-32C, begun with the log's salt, so that bytes
// which a record carries cannot pass for a record.
//
//	segment   header, the same header once more, records
//	header    "daelog1\n", salt uint64, id uint64, first uint64, base uint64,
//	          previous id uint64, previous size uint64, zero uint32, checksum uint32
//	record    marker "\xdaL\xf0G", length uint32, number uint64,
//	          checksum of the payload uint32, checksum of these 20 bytes uint32, payload
//
// The highest bit of a length says that all before the record was durable
// before it was written: so a hole that a power cut left in the unsynced end,
// which ends the log, is told from later damage, which costs only what it hit.
//
// A header says what counts of the segments before it: records from base on,
// and so many bytes of the previous segment; what lies behind them, and files
// with ids in between, was given up after an error. It is the only index.
package seglog
