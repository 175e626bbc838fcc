package broker

import (
	"strconv"
	"strings"
)

// maxScan is how many elements one call of SCAN and its like looks at, whatever
// COUNT says, as others wait meanwhile.
const maxScan = 10000

// scanOptions are those of SCAN, HSCAN, SSCAN and ZSCAN.
type scanOptions struct {
	count   int
	pattern string // with filter
	filter  bool
	kind    string // of SCAN; "" = any
}

func (o *scanOptions) wants(name string) bool { return !o.filter || match(o.pattern, name) }

// parseCursor reads the cursor of a scan, or replies the error. Redis checks the
// key of HSCAN and its like before it reads the rest.
func (c *client) parseCursor(arg []byte) (uint64, bool) {
	n, err := strconv.ParseUint(string(arg), 10, 64)
	if err != nil && len(arg) > 0 {
		c.errorText("ERR invalid cursor")
		return 0, false
	}
	return n, true
}

// parseScan reads what comes behind the cursor, or replies the error. TYPE is
// only for SCAN.
func (c *client) parseScan(args [][]byte, keyspace bool) (s scanOptions, ok bool) {
	s.count = 10
	o := options{c: c, rest: args}
	for o.more() {
		switch {
		case o.take("COUNT", 1):
			n := o.number(errNotInt)
			if s.count = int(min(n, maxScan)); n < 1 {
				o.fail(errSyntax)
			}
		case o.take("MATCH", 1):
			s.pattern = string(o.value())
			s.filter = s.pattern != "*"
		case keyspace && o.take("TYPE", 1):
			s.kind = strings.ToLower(string(o.value()))
		default:
			o.fail(errSyntax)
		}
	}
	return s, !o.failed
}

// scan walks down the order of the database. The cursor is how many slots are
// still to be looked at. A key that was there all the time is met: keys that go
// only move others towards the front, and so never past the walk.
func scan(c *client, args [][]byte) {
	cursor, ok := c.parseCursor(args[1])
	if !ok {
		return
	}
	o, ok := c.parseScan(args[2:], true)
	if !ok {
		return
	}
	s := &c.b.store
	d := &s.dbs[c.db]
	at := len(d.order)
	if cursor != 0 {
		at = int(min(cursor, uint64(at)))
	}
	var found []string
	for now := s.now(); at > 0 && o.count > 0; o.count-- {
		at--
		e := d.order[at]
		switch {
		case e.expires != 0 && e.expires < now:
			s.drop(e)
		case o.wants(e.key) && (o.kind == "" || o.kind == e.value.kind()):
			found = append(found, e.key)
		}
	}
	c.array(2)
	c.bulk(strconv.Itoa(at))
	c.bulks(found)
}
