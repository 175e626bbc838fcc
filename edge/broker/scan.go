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

//go:noinline
func (s *scanOptions) wants(name string) bool { return !s.filter || match(s.pattern, []byte(name)) }

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

// parse reads what comes behind the cursor, or replies the error. TYPE is only for
// SCAN.
func (s *scanOptions) parse(c *client, args [][]byte) bool {
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
		case c.last.group == generic && o.take("TYPE", 1):
			s.kind = strings.ToLower(string(o.value()))
		default:
			o.fail(errSyntax)
		}
	}
	return !o.failed
}

// window returns what a scan of n elements looks at: first to end-1, about count
// of them. It walks down from the last one, and its cursor is how many are still
// to be looked at; it begins with 0, and at the end that is the next one again.
// One that is there all the time is met: what goes leaves its place to the last
// one, so that others move only towards the front, and never past the walk.
func window(n int, cursor uint64, count int) (first, end int) {
	end = n
	if cursor != 0 {
		end = int(min(cursor, uint64(n)))
	}
	return max(end-count, 0), end
}

// scanned replies the next cursor, and what was found.
func (c *client) scanned(next int, found []string) {
	c.array(2)
	c.bulk(strconv.Itoa(next))
	c.bulks(found)
}

// scan is SCAN.
func scan(c *client, args [][]byte) {
	cursor, ok := c.parseCursor(args[1])
	if !ok {
		return
	}
	var o scanOptions
	if !o.parse(c, args[2:]) {
		return
	}
	s := &c.b.store
	d := &s.dbs[c.db]
	first, end := window(len(d.order), cursor, o.count)
	var found []string
	now := s.now()
	for i := end - 1; i >= first; i-- {
		e := d.order[i]
		switch {
		case e.expires != 0 && e.expires < now:
			s.drop(e)
		case o.wants(e.key) && (o.kind == "" || o.kind == groupOf(e.value).kind()):
			found = append(found, e.key)
		}
	}
	c.scanned(first, found)
}
