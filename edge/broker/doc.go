// Package broker is a small server that speaks the Redis protocol, versions 2
// and 3, inside the process: the bus of a device that has no Redis.
//
// It serves publish and subscribe, strings, hashes, lists, sets, sorted sets and
// streams, expiry, blocking reads and transactions to any Redis client, with the
// replies and error texts of Redis 7.0.15, and answers what it does not know with
// Redis' own error. It is for one device and never grows a cluster.
//
// Where it differs: there is no Lua, so EVAL is an error but for the scripts of
// redis-py's Lock and of Lightbus; SHUTDOWN ends the broker only where
// Config.Shutdown says how; WAIT does not wait, as there are no replicas; there is
// no CLIENT TRACKING, so rueidis needs its option DisableCache; CONFIG SET
// maxmemory 0 is refused; SCAN and its like look at no more than 10000 elements at
// once; MONITOR shows the first kilobyte of an argument. Of the rarer subcommands there
// are no HELP, CLIENT PAUSE, UNBLOCK and REPLY SKIP, CONFIG RESETSTAT and REWRITE,
// COMMAND LIST and GETKEYS, SCRIPT FLUSH and KILL, and of OBJECT there is ENCODING only.
//
// Users are those of Redis' ACL, with passwords, commands and their categories,
// keys and channels; see ParseUsers for what is left out. They are those of the
// configuration, and of ACL there is WHOAMI only: what a command changed would be
// gone with the next start. A client that may not do something is told NOPERM; a
// script that is known needs the right to EVAL only.
//
// Three things hold at any load. Publishing never waits for a subscriber: what
// its connection does not take at once is queued, once much waits as a message
// that all queues share, and a subscriber that does not read is cut while the
// others notice nothing. Memory is bounded, as said below. And an idle broker
// does not wake up: keys expire when something looks at them or writes.
//
// A connection takes 8 KiB while it is idle and 11 KiB once it has subscribed; at
// work it may take 32 KiB more. What it takes beyond that, for commands that have
// not come as a whole and for replies that it does not take, is bounded by
// Config.MaxBuffers for all clients together: those who hold much for long are
// cut, and so is who does not end a command within CommandTimeout or takes
// nothing within WriteTimeout. What waits for a subscriber is bounded by
// HardOutput, and for all of them by MaxOutput. Keys, subscriptions, open
// transactions and the keys that clients wait for are bounded by MaxMemory, which
// a command is compared with before it runs: it may go beyond by what it makes,
// COPY and the STORE commands by a whole key, a list by a quarter of itself. The
// heap was measured to take up to 1.4 times what is counted, with the smallest of
// keys.
//
// Keys last as long as the Broker, unless Open is given a directory. Then what
// changes keys of the configured patterns is logged there, as commands that do it
// again, and is there after a kill or a power cut: under Fsync "always" all that
// was acknowledged, for which many clients share one sync. While the disk is full
// or read-only, writes to those keys are refused and all else goes on. The log is
// rewritten when it has grown, while commands go on; a key is written as a whole,
// so a key of many megabytes holds up others for as long as that takes.
//
// As in Redis, one lock guards the data and every command runs under it. Each
// client has one goroutine that reads, runs the whole pipeline one read
// brought, and writes its replies at once. From its first subscription on it has
// a second one, for messages that their publisher could not write at once.
package broker
