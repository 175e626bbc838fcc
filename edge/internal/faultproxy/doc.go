// Package faultproxy is a TCP proxy for tests that does to a connection what
// networks do: it loses, delays, cuts and corrupts what passes, and leaves
// connections open whose other end is gone. A test turns the faults on and off;
// the proxy and everything it opened is gone when the test ends.
package faultproxy
