//go:build !race

package daebus_test

const raced = false
