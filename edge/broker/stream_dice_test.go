package broker

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Dice makes up stream commands on a few keys, groups and consumers, with
// arguments that mostly make sense.
type Dice struct {
	*rand.Rand
	last uint64 // milliseconds of the latest ID
}

// NewDice returns the dice that always fall the same way for a seed.
func NewDice(seed uint64) *Dice { return &Dice{Rand: rand.New(rand.NewPCG(seed, 7))} }

func (d *Dice) of(words ...string) string { return words[d.IntN(len(words))] }

// maybe is one of the words at times, and nothing at others.
func (d *Dice) maybe(words ...string) string {
	if d.IntN(3) > 0 {
		return ""
	}
	return " " + d.of(words...)
}

func (d *Dice) key() string   { return d.of("s", "s", "s", "t", "none") }
func (d *Dice) group() string { return d.of("g", "g", "h") }
func (d *Dice) who() string   { return d.of("ann", "bob", "eve") }
func (d *Dice) small() string { return fmt.Sprint(d.IntN(8)) }
func (d *Dice) idle() string  { return d.of("0", "0", "50000", "200000") }
func (d *Dice) count() string { return d.maybe("count 1", "count 2", "count 5", "count 0") }

func (d *Dice) id() string {
	ms := d.last - min(d.last, d.Uint64N(12))
	return d.of(fmt.Sprint(ms), fmt.Sprint(ms, "-", d.IntN(3)), fmt.Sprint(ms, "-0"), "0", "0-0")
}

func (d *Dice) bound() string { return d.of("-", "+", d.id(), d.id(), "("+d.id()) }

func (d *Dice) ids() string {
	ids := d.id()
	for range d.IntN(4) {
		ids += " " + d.id()
	}
	return ids
}

func (d *Dice) trim() string {
	return d.of("maxlen ", "minid ") + d.of("", "= ", "~ ", "~ ") + d.of(d.small(), d.id())
}

func (d *Dice) add(key string) string {
	d.last += d.Uint64N(3)
	id := d.of(fmt.Sprint(d.last, "-*"), fmt.Sprint(d.last, "-", d.IntN(5)), fmt.Sprint(d.last+1, "-0"))
	return "xadd " + key + d.maybe("nomkstream", d.trim()) + " " + id + d.fields(100)
}

// fields are up to three, with values of so many bytes at most.
func (d *Dice) fields(size int) (fields string) {
	for i := range 1 + d.IntN(3) {
		fields += fmt.Sprint(" f", i, " ", d.of("x", fmt.Sprint(d.Int64()>>d.IntN(64)), fmt.Sprint(-d.Int64()>>d.IntN(64)), strings.Repeat("y", d.IntN(size))+"z"))
	}
	return fields
}

// Command is any command, or a transaction, as one line with "; " between its
// parts.
func (d *Dice) Command() string {
	key, group := d.key(), d.group()
	in := key + " " + group
	switch d.IntN(28) {
	default:
		return d.add(key)
	case 5:
		return "xrange " + key + " " + d.bound() + " " + d.bound() + d.count()
	case 6:
		return "xrevrange " + key + " " + d.bound() + " " + d.bound() + d.count()
	case 7:
		return "xdel " + key + " " + d.ids()
	case 8:
		return "xtrim " + key + " " + d.trim() + d.maybe("limit 3", "limit 0")
	case 9:
		return "xread" + d.count() + " streams s t " + d.of("$", d.id()) + " " + d.id()
	case 10, 11, 12:
		return "xreadgroup group " + group + " " + d.who() + d.count() + d.maybe("noack") + " streams " + key + " " + d.of(">", ">", ">", d.id())
	case 13:
		return "xreadgroup group " + group + " " + d.who() + d.count() + " streams s t > " + d.of(">", d.id())
	case 14:
		return "xgroup create " + in + " " + d.of("$", d.id()) + d.maybe("mkstream") + d.maybe("entriesread "+d.small())
	case 15:
		return "xgroup setid " + in + " " + d.of("$", d.id()) + d.maybe("entriesread "+d.small())
	case 16:
		return d.of("xgroup destroy "+in, "xgroup delconsumer "+in+" "+d.who(), "xgroup createconsumer "+in+" "+d.who())
	case 17, 18:
		return "xack " + in + " " + d.ids()
	case 19:
		return "xpending " + in
	case 20:
		return "xpending " + in + d.maybe("idle "+d.idle()) + " " + d.bound() + " " + d.bound() + " " + d.small() + d.maybe(d.who())
	case 21, 22:
		return "xclaim " + in + " " + d.who() + " " + d.idle() + " " + d.ids() + d.maybe("force") + d.maybe("justid") +
			d.maybe("idle 100000", "time 7", "idle 10") + d.maybe("retrycount 5") + d.maybe("lastid "+d.id())
	case 23:
		return "xautoclaim " + in + " " + d.who() + " " + d.idle() + " " + d.of("0", "(", "") + d.id() + d.count() + d.maybe("justid")
	case 24:
		return "xsetid " + key + " " + d.id() + d.maybe("entriesadded "+d.small()) + d.maybe("maxdeletedid "+d.id())
	case 25:
		return d.of("xlen "+key, "xinfo groups "+key, "xinfo consumers "+in, "xinfo stream "+key)
	case 26:
		return d.of("del t", "rename t s", "rename s t", "copy s t", "copy s t replace", "set t v", "exists "+key, "type "+key)
	case 27:
		return "multi; " + d.add(key) + "; xdel " + key + " " + d.ids() + "; xreadgroup group " + group + " " + d.who() + " block 0 streams " + key + " >; exec"
	}
}

// Adding is up to twenty commands that add entries with fields of so many bytes
// at most, trimming loosely at times, and one that removes some.
func (d *Dice) Adding(size int) string {
	var line []string
	for range d.IntN(20) {
		d.last += 1 << d.IntN(d.IntN(24)+1)
		line = append(line, fmt.Sprint("xadd s", d.maybe("maxlen ~ 500", "maxlen ~ 300 limit 120"), " ", d.last, "-", d.IntN(200), d.fields(size)))
	}
	line = append(line, d.of(fmt.Sprint("xdel s ", d.last), fmt.Sprint("xtrim s minid ~ ", d.last/2), fmt.Sprint("xtrim s maxlen ", 300+d.IntN(100)), "xlen s"))
	return strings.Join(line, "; ")
}
