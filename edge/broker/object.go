package broker

import (
	"time"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// entryAt is the lookup of OBJECT, which does not count as a use.
func (c *client) entryAt(key []byte) *entry {
	e := c.b.store.get(c.db, key)
	if e == nil {
		c.null()
	}
	return e
}

func objectEncoding(c *client, args [][]byte) {
	if e := c.entryAt(args[2]); e != nil {
		c.bulk(e.value.encoding())
	}
}

// objectRefCount replies what Redis does: it shares the objects of small numbers.
func objectRefCount(c *client, args [][]byte) {
	e := c.entryAt(args[2])
	if e == nil {
		return
	}
	if t, ok := e.value.(*text); ok && t.encoding() == "int" {
		if n, _ := resp.ParseInt(t.b); n >= 0 && n < 10000 {
			c.int(1<<31 - 1)
			return
		}
	}
	c.int(1)
}

func objectIdleTime(c *client, args [][]byte) {
	if e := c.entryAt(args[2]); e != nil {
		c.int64(int64(time.Since(c.b.start)-time.Duration(e.seen)) / int64(time.Second))
	}
}

func objectFreq(c *client, args [][]byte) {
	if e := c.entryAt(args[2]); e != nil {
		c.errorText("ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.")
	}
}

func memoryUsage(c *client, args [][]byte) {
	o := options{c: c, rest: args[3:]}
	for o.more() {
		if !o.take("SAMPLES", 1) || o.number(errNotInt) < 0 {
			o.fail(errSyntax)
		}
	}
	if o.failed {
		return
	}
	if e := c.entryAt(args[2]); e != nil {
		c.int(e.charged)
	}
}
