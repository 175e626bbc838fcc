//go:build race

package daebus_test

// raced tells of the race detector, under which pools forget things.
const raced = true
