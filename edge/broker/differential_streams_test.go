package broker_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/broker"
	"github.com/daebus/daebus-go/edge/internal/redistest"
)

// timing are the parts of replies on streams that depend on the time: IDs of
// the present, and what stands in an entry's list behind its ID and consumer.
// Nor has the broker a radix tree whose nodes it could count.
var timing = regexp.MustCompile(`((?:idle|seen-time|radix-tree-nodes)\r\n|` +
	`\*4\r\n\$\d+\r\n\d+-\d+\r\n\$\d+\r\n[^\r]*\r\n|\*3\r\n\$\d+\r\n\d+-\d+\r\n):\d+|\d{13}-\d+`)

func untimed(reply string) string { return timing.ReplaceAllString(reply, "${1}…") }

// compareStreams runs a script of stream commands, which begins with a greeting,
// against both servers.
func compareStreams(t *testing.T, redis, broker string, script []string) {
	t.Helper()
	want, got := converse(t, redis, script), converse(t, broker, script)
	if len(got) != len(want) {
		t.Fatalf("one of the two hung up: redis gave %d replies, the broker %d", len(want), len(got))
	}
	for i := 1; i < len(want); i++ {
		if w, g := untimed(want[i]), untimed(got[i]); w != g {
			from := 0
			for from < min(len(g), len(w)) && g[from] == w[from] {
				from++
			}
			from = max(from-80, 0)
			t.Errorf("%d %s\n got … %.200q\nwant … %.200q", i, script[i], g[from:], w[from:])
		}
	}
}

// some is five entries.
const some = "xadd s 1-1 a 1 b 2; xadd s 1-2 a 3 b 4; xadd s 2-0 c 5; xadd s 3-7 a 6 b 7; xadd s 5-0 'x y' ''"

var streamScripts = map[string][]string{
	"ids": {
		"xadd s 0-0 a b", "xadd s 0-* a b", "xadd s 0-* a b", "xadd s 1 a b", "xadd s 1-* a b", "xadd s 1-1 a b", "xadd s 0-9 a b", "xadd s 1-0 a b", "xadd s 1-* a b", "xadd s 2-18446744073709551615 a b", "xadd s 2-* a b", "xadd s 2-18446744073709551616 a b",
		"xadd s + a b", "xadd s - a b", "xadd s x a b", "xadd s 1-x a b", "xadd s *-1 a b", "xadd s 1-** a b", "xadd s 3-1-* a b", "xadd s '' a b", "xadd s 3- a b", "xadd s -3 a b", "xadd s 3--3 a b", "xadd s 3--03 a b", "xadd s ' 4' a b", "xadd s 4-+05 a b", "xadd s 4-007 a b", "xadd s '5 ' a b",
		"xadd s 18446744073709551616 a b", "xadd s 18446744073709551615-18446744073709551615 a b", "xadd s * a b", "xadd s 18446744073709551615-* a b", "xlen s", "xrange s - +", "xadd n 18446744073709551615-18446744073709551614 a b", "xadd n * a b", "xadd n * a b", "xrange n - +",
		"xadd s (1-1 a b", "xadd s $ a b", "xadd s > a b", "xadd o 5-1 a b", "xadd o 5 a b", "xadd o 5-* a b; xadd o 6-* a b", "xrange o - +", "xadd \"o\\x00p\" 1-1 a b", "xadd o \"7-1\\x00\" a b", "xadd o 0" + strings.Repeat("0", 130) + "8-1 a b", "xadd o 0" + strings.Repeat("0", 120) + "8-1 a b",
	},
	"xadd": {
		"xadd", "xadd s", "xadd s 1-1", "xadd s 1-1 a", "xadd s 1-1 a b c", "xadd s 1-1 a b c d", "xadd s nomkstream 1-2 a b", "xadd none nomkstream 1-2 a b", "exists none", "xadd none nomkstream 0-0 a b", "xadd s NoMkStream nomkstream 1-3 a b", "xadd s nomkstream a b", "xadd s maxlen a b c", "xadd s maxlen 1 maxlen 2 2-1 a b",
		"xadd s maxlen 1 minid 2 2-1 a b", "xadd s maxlen -1 2-1 a b", "xadd s maxlen x 2-1 a b", "xadd s minid x 2-1 a b", "xadd s minid - 2-1 a b", "xadd s maxlen 2 2-1 a b", "xrange s - +", "xadd s maxlen = 2 2-2 a b", "xrange s - +", "xadd s maxlen ~ 2 2-3 a b", "xrange s - +", "xadd s minid 2-3 2-4 a b", "xrange s - +", "xadd s minid = 3 2-5 a b", "xlen s",
		"xadd s minid ~ 4 3-1 a b", "xlen s", "xadd s limit 5 4-1 a b", "xadd s maxlen 5 limit 5 4-1 a b", "xadd s maxlen ~ 5 limit -1 4-1 a b", "xadd s maxlen ~ 5 limit x 4-1 a b", "xadd s maxlen ~ 5 limit 0 4-1 a b", "xadd s limit 0 4-2 a b", "xadd s maxlen = 5 limit 0 4-3 a b", "xadd s maxlen ~ 4-4 a b", "xadd s maxlen = 4-4 a b", "xadd s maxlen 4-4 a b",
		"xadd s maxlen ~ = 4-4 a b", "xadd s minid 4 limit", "xadd s maxlen 0 9-1 a b", "xlen s", "xadd s maxlen 0 9-1 a b", "xinfo stream s", "set str v", "xadd str 1-1 a b", "xadd str 0-0 a b", "xadd str x a b", "xadd str nomkstream 1-1 a b", "type s", "object encoding s", "xadd s foo bar baz", "xadd s 10-1 '' ''", "xrange s - +", "xadd s 1-1 '' ''",
		"xadd t * a b; del t", "xadd s maxlen 9223372036854775808 11 a b", "xadd s maxlen ~ 10 11-1 a b c", "xadd fresh maxlen 0 1-1 a b", "xlen fresh", "xinfo stream fresh",
	},
	"xrange": {
		some, "xrange s - +", "xrevrange s + -", "xrange s 1 2", "xrange s 1-2 3", "xrange s (1-1 (3-7", "xrange s (1 (3", "xrange s (- +", "xrange s - (+", "xrange s ( +", "xrange s (1-18446744073709551615 +", "xrange s (18446744073709551615-18446744073709551615 +", "xrange s - (0-0", "xrange s - (0", "xrange s 0-0 0-0", "xrange s 3 1", "xrange s 2 2", "xrange s 1-2 1-2",
		"xrevrange s 3 1", "xrevrange s 1 3", "xrevrange s (3-7 (1-1", "xrevrange s + - count 2", "xrevrange s + 2 count 2", "xrange s - + count 2", "xrange s - + count 0", "xrange s - + count -1", "xrange s - + count -5", "xrange s - + count", "xrange s - + count x", "xrange s - + foo", "xrange s - + count 1 count 3", "xrange s - + count 1 foo", "xrange s x +", "xrange s - x", "xrange s 1-x +", "xrange s 1-* +",
		"xrange s", "xrange s -", "xrange none - +", "xrange none - + count 0", "xrange none x +", "xrevrange none + - count -1", "set str v", "xrange str - +", "xrange str - + count 0", "xrevrange str + -", "xrange s 18446744073709551615 +", "xrange s - + count 9223372036854775807", "xrange s + -", "xrevrange s - +", "xrange s 5 (5-0", "xrange s (5-0 +", "xrange s 1-3 1-9",
	},
	"xlen": {"xlen none", "xlen", "xlen a b", "set str v", "xlen str", some, "xlen s"},
	"xdel": {
		some, "xdel s 1-1 1-1 9-9", "xrange s - +", "xinfo stream s", "xdel s 2", "xdel s 5-0", "xinfo stream s", "xdel s 1-2 3-7", "xlen s", "xinfo stream s", "xdel s x", "xdel s 1-1 x", "xdel s", "xdel none 1-1", "xdel none x", "set str v", "xdel str 1-1", "xdel str x", "xdel s -", "xadd s 4-0 a b", "xadd s 6-0 a b", "xinfo stream s full", "exists s",
	},
	"xtrim": {
		some, "xtrim s", "xtrim s maxlen", "xtrim s maxlen x", "xtrim s maxlen -1", "xtrim s foo 3", "xtrim s maxlen 3 foo", "xtrim s minid 2 maxlen 1", "xtrim s maxlen ~ 1", "xtrim s maxlen ~ 1 limit 1", "xtrim s maxlen 4 limit 1", "xtrim s limit 1 maxlen 3", "xtrim s limit 1", "xtrim s limit 0", "xtrim s limit 1 maxlen ~ 3", "xtrim s maxlen 4", "xrange s - +", "xtrim s maxlen = 3", "xtrim s minid 3-7", "xtrim s minid 3",
		"xtrim s minid = 5", "xinfo stream s", "xtrim s minid x", "xtrim s minid -", "xtrim none maxlen 1", "xtrim none maxlen x", "set str v", "xtrim str maxlen 1", "xtrim s maxlen ~ 0", "xlen s", "xtrim s maxlen 0", "xlen s", "xinfo stream s", "xtrim s nomkstream maxlen 1", "xtrim s * maxlen 1", "xadd s 7 a b", "xadd s 8 a b", "xadd s 9 a b", "xdel s 9", "xtrim s minid 9", "xlen s", "xinfo stream s", "xadd s 10 a b", "xinfo stream s",
	},
	"xread": {
		some, "xread", "xread streams", "xread streams s", "xread streams s 0", "xread streams s s 0", "xread streams s none 0 0", "xread streams none 0", "xread count 2 streams s 0", "xread count 0 streams s 3", "xread count -1 streams s 3", "xread count x streams s 0", "xread count", "xread count 1 block 0 streams s 1-2", "xread block 1 streams s 5", "xread block 1 streams s $", "xread block 1 streams none $", "xread block x streams s $",
		"xread block -1 streams s $", "xread block 1.5 streams s $", "xread block 9223372036854775807 streams s 0", "xread streams s $", "xread streams s >", "xread streams s +", "xread streams s -", "xread streams s x", "xread group g c streams s 0", "xread noack streams s 0", "xread foo streams s 0", "xread count 1 foo", "xread count 1 streams s x", "xread streams s 1-2 ", "xread streams s 4-9", "xread streams s 5-0", "xread streams s 18446744073709551615-18446744073709551615",
		"set str v", "xread streams str 0", "xread streams s str 0 0", "xread block 1 streams str $", "xread streams s s 0 3", "xread count 1 streams s t s 0 0 2", "xread block 0 block 1 streams s 5", "xread count 1 count 2 streams s 0", "xdel s 5-0", "xread streams s 3-7", "xread block 1 streams s 3-7", "xadd t 1 a b", "xread streams s t 0 0", "xread streams t none s 0 0 $", "xread streams s \"$\\x00\"", "xread streams 's' '$' 0",
		"xread streams streams streams", "xread group g", "xread group g c",
	},
	"xgroup": {
		"xgroup", "xgroup foo", "xgroup foo s g", "xgroup create", "xgroup create s", "xgroup create s g", "xgroup create s g 0", "xgroup create s g 0 foo", "xgroup create s g 0 mkstream foo", "xgroup create s g x mkstream", "exists s", "xgroup create s g $ mkstream", "xgroup create s g 0", "xgroup create s g x", "xgroup create s g 0 mkstream", "xlen s", "xinfo groups s", some, "xgroup create s h $", "xgroup create s i 1-2", "xgroup create s j 0 entriesread 3",
		"xgroup create s k 0 entriesread x", "xgroup create s k 0 entriesread -2", "xgroup create s k 0 entriesread -1", "xgroup create s l 0 entriesread", "xgroup create s l 0 entriesread 5 mkstream", "xgroup create s l 0 mkstream entriesread 5", "xgroup create s m 0 mkstream mkstream", "xgroup create s n 0 mkstream entriesread 5 mkstream", "xgroup create s n 0 mkstream mkstream mkstream mkstream", "xgroup create s n - mkstream", "xgroup create s n + mkstream", "xgroup create s '' 0",
		"xinfo groups s", "xgroup setid", "xgroup setid s g", "xgroup setid s g 2-0", "xgroup setid s g 0 entriesread 2", "xgroup setid s h $", "xgroup setid s h - ", "xgroup setid s h +", "xgroup setid s h x", "xgroup setid s none 0", "xgroup setid none g 0", "xgroup setid s g 0 mkstream", "xgroup setid s g 0 entriesread", "xgroup setid s g 0 entriesread x", "xgroup setid s g 0 entriesread 1 entriesread 2", "xgroup setid s g (1-1", "xgroup setid none g 0 foo", "xinfo groups s",
		"xgroup createconsumer s g c", "xgroup createconsumer s g c", "xgroup createconsumer s none c", "xgroup createconsumer none g c", "xgroup createconsumer s g", "xgroup createconsumer s g c d", "xgroup createconsumer s g b", "xinfo consumers s g", "xgroup delconsumer s g c", "xgroup delconsumer s g c", "xgroup delconsumer s none c", "xgroup delconsumer none g c", "xgroup delconsumer s g", "xinfo consumers s g", "xgroup destroy s g", "xgroup destroy s g", "xgroup destroy none g", "xgroup destroy s", "xgroup destroy s g x", "xinfo groups s",
		"set str v", "xgroup create str g 0", "xgroup create str g x mkstream", "xgroup create str g 0 foo", "xgroup setid str g 0", "xgroup destroy str g", "xgroup createconsumer str g c", "xgroup delconsumer str g c", "xgroup create fresh g 5-5 mkstream", "xinfo groups fresh", "xadd fresh 6 a b", "xinfo groups fresh", "XGROUP CREATE n1 g 0 a b c d e f", "xgroup create s a b c",
	},
	"xreadgroup": {
		some, "xreadgroup", "xreadgroup group g c streams s", "xreadgroup group g c streams s >", "xgroup create s g 0", "xreadgroup group g c streams s >", "xreadgroup group g c streams s >", "xreadgroup group g c streams s 0", "xreadgroup group g d streams s 0", "xinfo consumers s g", "xreadgroup group g c count 2 streams s 1-1", "xreadgroup group g c streams s 5", "xreadgroup group g c streams s $", "xreadgroup group g c streams s x", "xreadgroup group g c streams s -", "xreadgroup group g c streams s +",
		"xreadgroup group g c streams none >", "xreadgroup group none c streams s >", "xreadgroup group g c streams s none > >", "xreadgroup group g c streams s s > 0 1", "xreadgroup count 1 streams s s > 0", "xreadgroup count 1 noack streams s >", "xreadgroup group g c foo streams s >", "xreadgroup group g c block x streams s >", "xreadgroup group g c block 1 streams s >", "xpending s g - + 10", "xdel s 1-2", "xreadgroup group g c streams s 0", "xpending s g - + 10", "xadd s 6 a b", "xadd s 7 a b", "xadd s 8 a b",
		"xreadgroup group g e count 1 streams s >", "xreadgroup group g f noack count 1 streams s >", "xreadgroup group g f noack streams s 0", "xpending s g", "xinfo groups s", "xinfo consumers s g", "xreadgroup group g f noack block 1 count 5 streams s >", "xreadgroup group g f noack block 1 count 5 streams s >", "xinfo groups s", "xgroup setid s g 0", "xreadgroup group g z count 2 streams s >", "xpending s g", "xpending s g - + 10", "xinfo stream s full", "xreadgroup group g c group g y streams s 0", "xreadgroup group g new block 1 streams s 99", "xinfo consumers s g",
		"set str v", "xreadgroup group g c streams str >", "xreadgroup group g c streams s str > >", "xgroup create t g $ mkstream", "xreadgroup group g c streams s t > >", "xreadgroup group g c streams t s > >", "xreadgroup group g c streams t s 0 0", "xreadgroup group g never streams t >", "xinfo consumers t g", "xreadgroup group g never block 1 streams t >", "xinfo consumers t g", "xreadgroup group g c count 0 streams s 0", "xreadgroup group g c count -3 streams s 3", "xreadgroup group g c streams s 18446744073709551615-18446744073709551615", "xreadgroup group g c streams s 18446744073709551615-18446744073709551614",
		"xreadgroup group g c streams 't' >", "xreadgroup GROUP \"g\\x00\" c streams t >", "xreadgroup group '' c streams t >", "xgroup create t '' 0", "xreadgroup group '' '' streams t >",
	},
	"xack": {
		some, "xack none g 1-1", "xack s g 1-1", "xgroup create s g 0", "xreadgroup group g c streams s >", "xack s g 1-1", "xack s g 1-1", "xack s g 1-2 2 2 9", "xack s g x", "xack s g 3-7 x", "xack s none x", "xack none g x", "xpending s g", "xack s g", "xack s", "set str v", "xack str g 1-1", "xack s g 3-7 5-0", "xpending s g", "xack s g -",
	},
	"xpending": {
		some, "xpending s g", "xpending none g", "xgroup create s g 0", "xpending s g", "xpending s g - + 10", "xreadgroup group g c count 3 streams s >", "xreadgroup group g b streams s >", "xpending s g", "xpending s g - + 10", "xpending s g - + 2", "xpending s g - + 0", "xpending s g - + -1", "xpending s g - + x", "xpending s g - +", "xpending s g -", "xpending s g - + 10 c", "xpending s g - + 10 none", "xpending s g - + 10 c x", "xpending s g - + 10 c x y z", "xpending s g idle 0 - + 10", "xpending s g idle 100000 - + 10",
		"xpending s g idle x - + 10", "xpending s g idle 0 - +", "xpending s g idle 0 - + 10 c", "xpending s g idle -5 - + 10 c", "xpending s g foo 0 - + 10", "xpending s g x + 10", "xpending s g - x 10", "xpending s g (1-1 (5-0 10", "xpending s g (18446744073709551615-18446744073709551615 + 10", "xpending s g - (0-0 10", "xpending s g 2 3 10", "xpending s none", "xpending s none - + 10", "xpending none g - + x", "set str v", "xpending str g", "xpending str g - + 10", "xpending s", "xpending s g 3 1 10", "xack s g 1-1 1-2 2-0", "xpending s g", "xpending s g idle 1 - 10", "xpending s g idle",
	},
	"xclaim": {
		some, "xclaim s g c 0 1-1", "xclaim none g c 0 1-1", "xgroup create s g 0", "xclaim s g c 0 1-1", "xinfo consumers s g", "xreadgroup group g a streams s >", "xclaim s g c 0 1-1", "xclaim s g c 0 1-2 2-0 9-9", "xclaim s g c 100000 3-7", "xclaim s g c -1 3-7 justid", "xpending s g - + 10", "xclaim s g d 0 3-7 idle 5000", "xclaim s g d 0 3-7 time 5", "xclaim s g d 0 3-7 time -5", "xclaim s g d 0 3-7 retrycount 9", "xclaim s g d 0 3-7 retrycount -5 justid", "xpending s g - + 10",
		"xclaim s g d 0 3-7 force", "xack s g 3-7", "xclaim s g d 0 3-7", "xclaim s g d 0 3-7 force", "xpending s g - + 10", "xack s g 3-7", "xclaim s g d 0 3-7 force justid", "xpending s g - + 10", "xclaim s g d 0 9-9 force", "xdel s 1-1", "xclaim s g d 0 1-1", "xpending s g - + 10", "xclaim s g d 0 3-7 lastid 9-9", "xinfo groups s", "xclaim s g d 0 3-7 lastid 1-1", "xinfo groups s", "xclaim s g e 0 8-8", "xinfo consumers s g",
		"xclaim s g c x 1-1", "xclaim s g c 0 x", "xclaim s g c 0 1-2 foo", "xclaim s g c 0 1-2 force foo", "xclaim s g c 0 1-2 idle", "xclaim s g c 0 1-2 idle x", "xclaim s g c 0 1-2 time x", "xclaim s g c 0 1-2 retrycount x", "xclaim s g c 0 1-2 lastid x", "xclaim s g c 0 1-2 lastid", "xclaim s g c 0", "xclaim s g c", "xclaim s none c 0 1-2", "set str v", "xclaim str g c 0 1-2", "xclaim s g c 0 force", "xclaim s g c 0 1-2 force 2-0", "xclaim s g c 0 force justid force", "xclaim s g f 100000 2-0 force", "xclaim s g f 0 2-0 2-0 justid", "xclaim s g f 0 2-0 justid idle 5 time 7 retrycount 4", "xpending s g - + 10", "xinfo stream s full", "xclaim s none c x 1-2", "xclaim s g c 0 - justid",
	},
	"xautoclaim": {
		some, "xautoclaim s g c 0 0", "xautoclaim none g c 0 0", "xgroup create s g 0", "xautoclaim s g c 0 0", "xinfo consumers s g", "xreadgroup group g a streams s >", "xautoclaim s g b 0 0", "xautoclaim s g b 0 0 count 2", "xautoclaim s g b 0 2-0 count 2", "xautoclaim s g b 0 5-0 count 2", "xautoclaim s g b 0 0 justid", "xautoclaim s g b 100000 0", "xautoclaim s g b 100000 0 count 1", "xautoclaim s g c -5 - count 1", "xpending s g - + 10", "xdel s 1-2 3-7", "xautoclaim s g d 0 0 count 2", "xautoclaim s g d 0 0 count 2 justid", "xautoclaim s g d 0 (1-1", "xpending s g - + 10",
		"xautoclaim s g d 0 (18446744073709551615-18446744073709551615", "xautoclaim s g d x 0", "xautoclaim s g d 0 x", "xautoclaim s g d 0 0 count 0", "xautoclaim s g d 0 0 count -1", "xautoclaim s g d 0 0 count x", "xautoclaim s g d 0 0 count 9223372036854775807", "xautoclaim s g d 0 0 count", "xautoclaim s g d 0 0 foo", "xautoclaim s g d 0 0 justid count 1", "xautoclaim s none d 0 0", "set str v", "xautoclaim str g d 0 0", "xautoclaim s g d 0", "xautoclaim s g d 0 +", "xautoclaim s g e 0 9-9", "xinfo consumers s g", "xautoclaim s none d x 0", "xautoclaim none g d 0 x",
	},
	"xinfo": {
		"xinfo", "xinfo foo", "xinfo foo s", "xinfo stream", "xinfo stream none", "xinfo stream none full", "xinfo stream none foo", "xinfo groups none", "xinfo consumers none g", "xinfo groups", "xinfo consumers s", "xgroup create s g $ mkstream", "xinfo stream s", "xinfo stream s full", some, "xinfo stream s", "xinfo stream s full", "xinfo stream s full count 2", "xinfo stream s full count 0", "xinfo stream s full count -1", "xinfo stream s full count x", "xinfo stream s full count", "xinfo stream s full foo 1", "xinfo stream s foo", "xinfo stream s full count 1 2",
		"xreadgroup group g c count 3 streams s >", "xreadgroup group g b streams s >", "xinfo stream s full", "xinfo stream s full count 1", "xinfo stream s full count 0", "xinfo groups s", "xinfo consumers s g", "xinfo consumers s none", "xinfo groups s x", "xdel s 1-1", "xinfo stream s", "xinfo groups s", "set str v", "xinfo stream str", "xinfo groups str", "xinfo consumers str g",
	},
	"xsetid": {
		"xsetid none 1-1", "xsetid none x", some, "xsetid s 9-9", "xinfo stream s", "xsetid s 4-0", "xsetid s 5-0", "xsetid s x", "xsetid s $", "xsetid s -", "xsetid s 9 entriesadded 20", "xinfo stream s", "xsetid s 9 entriesadded 2", "xsetid s 9 entriesadded -1", "xsetid s 9 entriesadded x", "xsetid s 9 entriesadded", "xsetid s 9 maxdeletedid 10", "xsetid s 9 maxdeletedid x", "xsetid s 9 maxdeletedid 8-1", "xinfo stream s", "xsetid s 8", "xsetid s 9 maxdeletedid 0-0", "xsetid s 9 maxdeletedid 3 entriesadded 7", "xinfo stream s", "xsetid s 9 foo", "xsetid s", "set str v", "xsetid str 1", "xgroup create t g $ mkstream", "xsetid t 5-5 entriesadded 3", "xinfo stream t", "xinfo groups t", "xadd t 5-5 a b", "xadd t 5-6 a b", "xinfo stream t full",
	},
	"lag": {
		some, "xgroup create s g 0", "xinfo groups s", "xreadgroup group g c count 2 streams s >", "xinfo groups s", "xdel s 1-1", "xinfo groups s", "xdel s 2-0", "xinfo groups s", "xreadgroup group g c count 1 streams s >", "xinfo groups s", "xreadgroup group g c streams s >", "xinfo groups s", "xadd s 6 a b", "xinfo groups s", "xtrim s maxlen 1", "xinfo groups s", "xgroup create s h 3-0", "xgroup create s i 5-0", "xgroup create s j 6", "xgroup create s k 99", "xgroup create s l 0 entriesread 4", "xinfo groups s", "xdel s 6", "xinfo groups s", "xadd s 7 a b", "xinfo groups s", "xreadgroup group l c streams s >", "xreadgroup group k c streams s >", "xinfo groups s",
	},
	"copies": {
		some, "xgroup create s g 0", "xreadgroup group g c count 3 streams s >", "copy s t", "xinfo stream t full", "xack t g 1-1", "xadd t 9 a b", "xdel t 2-0", "xinfo stream s full", "xinfo stream t full", "rename t u", "xinfo groups u", "copy s u", "copy s u replace", "xinfo groups u", "type u", "object encoding u",
	},
}

func TestDifferentialStreams(t *testing.T) {
	redis := redistest.Start(t)
	_, addr := serve(t, broker.Config{})
	for name, script := range streamScripts {
		for _, proto := range []string{"2", "3"} {
			t.Run(name+" "+proto, func(t *testing.T) {
				compareStreams(t, redis.Addr, addr, append([]string{"flushall; hello " + proto}, script...))
			})
		}
	}
}
