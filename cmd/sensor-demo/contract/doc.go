// Package contract is what sensor-demo says and is asked, as plain data: both
// ends import it, so that neither guesses a field name.
//
// A [Reading] is one measured quantity with its unit, time, quality and expiry.
// A value that could not be measured is left out, never invented: no zero
// stands for "unknown", and no NaN or infinity is ever carried.
//
// Times are RFC 3339 in UTC. Units are short words after UCUM: %, °C, V, A, W,
// rpm, B, B/s, s, and 1 for a plain number.
package contract
