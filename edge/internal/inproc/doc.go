// Package inproc connects two ends in one process as a socket would, without the
// system: a broker and the link of the service that hosts it. Bytes are copied
// into a bounded buffer and out of it; a writer waits while it is full.
package inproc
