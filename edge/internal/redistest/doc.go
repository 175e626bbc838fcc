// Package redistest runs a private redis-server or sentinel for a test: on a
// port of its own, in a directory of its own, gone when the test ends. A test
// can kill it, freeze it, and start it again at the same address.
package redistest
