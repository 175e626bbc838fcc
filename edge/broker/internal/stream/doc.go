// Package stream is the data of a Redis stream: entries ordered by ID, and the
// groups of consumers that share them.
//
// It does no I/O, knows no time but what it is told, and is for one goroutine.
// Entries lie packed in blocks of about 4 KiB, so that a small entry costs
// little more than its bytes. Blocks are as large as the nodes of Redis 7.0
// with its default settings, because trimming with ~ removes whole ones and
// clients see which.
package stream
