package broker

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"time"
)

// report is what INFO replies, as far as it is wanted.
type report struct {
	wanted [][]byte // names of sections; none: all
	shows  bool     // the section at hand is wanted
	text   string
}

func info(c *client, args [][]byte) {
	r := &report{wanted: args[1:]}
	c.b.infoServer(r)
	c.b.infoPersistence(r)
	c.b.infoStats(r)
	c.b.infoKeyspace(r)
	c.verbatim(r.text)
}

// section begins another part.
func (r *report) section(name string) {
	r.shows = len(r.wanted) == 0
	for _, w := range r.wanted {
		r.shows = r.shows || isWord(w, name) || isWord(w, "default") || isWord(w, "all") || isWord(w, "everything")
	}
	if !r.shows {
		return
	}
	if r.text != "" {
		r.text += "\r\n"
	}
	r.text += "# " + name + "\r\n"
}

//go:noinline
func (r *report) line(name, value string) {
	if r.shows {
		r.text += name + ":" + value + "\r\n"
	}
}

//go:noinline
func (r *report) count(name string, n int64) { r.line(name, strconv.FormatInt(n, 10)) }

// infoServer tells of the server, its clients and its memory.
func (b *Broker) infoServer(r *report) {
	r.section("Server")
	up := time.Since(b.start)
	r.line("redis_version", redisVersion)
	r.line("redis_mode", "standalone")
	r.line("server_name", "daebus embedded broker")
	r.line("os", runtime.GOOS+" "+runtime.GOARCH)
	r.count("arch_bits", strconv.IntSize)
	r.count("process_id", int64(os.Getpid()))
	r.line("run_id", b.runID)
	r.count("server_time_usec", time.Now().UnixMicro())
	r.count("uptime_in_seconds", int64(up/time.Second))
	r.count("uptime_in_days", int64(up/(24*time.Hour)))
	r.section("Clients")
	r.count("connected_clients", int64(len(b.clients)))
	r.count("maxclients", int64(b.cfg.MaxClients))
	r.count("blocked_clients", int64(b.waiting))
	r.section("Memory")
	r.count("used_memory", int64(b.memory()))
	r.line("used_memory_human", human(b.memory()))
	r.count("maxmemory", int64(b.cfg.MaxMemory))
	r.line("maxmemory_human", human(b.cfg.MaxMemory))
	r.line("maxmemory_policy", b.cfg.Policy.String())
	r.count("mem_clients_normal", b.burden.Load()+b.lodging.used.Load())
}

// infoStats tells what there was so far.
func (b *Broker) infoStats(r *report) {
	r.section("Stats")
	s := b.statsLocked()
	r.count("total_connections_received", s.Accepted)
	r.count("total_commands_processed", s.Commands)
	r.count("rejected_connections", s.Rejected)
	r.count("expired_keys", s.Expired)
	r.count("evicted_keys", s.Evicted)
	r.count("keyspace_hits", s.Hits)
	r.count("keyspace_misses", s.Misses)
	r.count("pubsub_channels", int64(s.Channels))
	r.count("pubsub_patterns", int64(s.Patterns))
	r.count("messages_published", s.Messages)
	r.count("messages_delivered", s.Delivered)
	r.count("clients_cut", s.Cut)
	r.section("Replication")
	r.line("role", "master")
	r.count("connected_slaves", 0)
}

func (b *Broker) infoKeyspace(r *report) {
	r.section("Keyspace")
	for i := range b.store.dbs {
		d := &b.store.dbs[i]
		if len(d.keys) == 0 {
			continue
		}
		ttl := int64(0)
		for _, e := range d.due {
			ttl += max(e.expires-b.store.now(), 0)
		}
		r.line("db"+strconv.Itoa(i), fmt.Sprintf("keys=%d,expires=%d,avg_ttl=%d", len(d.keys), len(d.due), ttl/int64(max(len(d.due), 1))))
	}
}

// human is a size as Redis shows it: 1.06M.
func human(n int) string {
	size, unit := float64(n), 0
	for ; size >= 1024 && unit < 3; unit++ {
		size /= 1024
	}
	if unit == 0 {
		return strconv.Itoa(n) + "B"
	}
	return strconv.FormatFloat(size, 'f', 2, 64) + "BKMG"[unit:unit+1]
}
