package broker

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// section is a part of INFO.
type section struct {
	name  string
	write func(*Broker, *strings.Builder)
}

func sections() []section {
	return []section{
		{"Server", (*Broker).infoServer},
		{"Clients", (*Broker).infoClients},
		{"Memory", (*Broker).infoMemory},
		{"Persistence", (*Broker).infoPersistence},
		{"Stats", (*Broker).infoStats},
		{"Replication", (*Broker).infoReplication},
		{"Keyspace", (*Broker).infoKeyspace},
	}
}

func info(c *client, args [][]byte) {
	var wanted []string
	for _, a := range args[1:] {
		wanted = append(wanted, strings.ToLower(string(a)))
	}
	all := len(wanted) == 0 || slices.ContainsFunc(wanted, func(w string) bool {
		return w == "default" || w == "all" || w == "everything"
	})
	var out strings.Builder
	for _, s := range sections() {
		if !all && !slices.Contains(wanted, strings.ToLower(s.name)) {
			continue
		}
		if out.Len() > 0 {
			out.WriteString("\r\n")
		}
		fmt.Fprintf(&out, "# %s\r\n", s.name)
		s.write(c.b, &out)
	}
	c.verbatim(out.String())
}

//go:noinline
func line(out *strings.Builder, name string, value any) { fmt.Fprintf(out, "%s:%v\r\n", name, value) }

func (b *Broker) infoServer(out *strings.Builder) {
	up := time.Since(b.start)
	line(out, "redis_version", redisVersion)
	line(out, "redis_mode", "standalone")
	line(out, "server_name", "daebus embedded broker")
	line(out, "os", runtime.GOOS+" "+runtime.GOARCH)
	line(out, "arch_bits", strconv.IntSize)
	line(out, "process_id", os.Getpid())
	line(out, "run_id", b.runID)
	line(out, "server_time_usec", time.Now().UnixMicro())
	line(out, "uptime_in_seconds", int(up.Seconds()))
	line(out, "uptime_in_days", int(up.Hours()/24))
}

func (b *Broker) infoClients(out *strings.Builder) {
	line(out, "connected_clients", len(b.clients))
	line(out, "maxclients", b.cfg.MaxClients)
	line(out, "blocked_clients", b.waiting)
}

func (b *Broker) infoMemory(out *strings.Builder) {
	line(out, "used_memory", b.memory())
	line(out, "used_memory_human", human(b.memory()))
	line(out, "maxmemory", b.cfg.MaxMemory)
	line(out, "maxmemory_human", human(b.cfg.MaxMemory))
	line(out, "maxmemory_policy", b.cfg.Policy)
	line(out, "mem_clients_normal", b.burden.Load()+b.lodging.used.Load())
}

func (b *Broker) infoStats(out *strings.Builder) {
	s := b.statsLocked()
	line(out, "total_connections_received", s.Accepted)
	line(out, "total_commands_processed", s.Commands)
	line(out, "rejected_connections", s.Rejected)
	line(out, "expired_keys", s.Expired)
	line(out, "evicted_keys", s.Evicted)
	line(out, "keyspace_hits", s.Hits)
	line(out, "keyspace_misses", s.Misses)
	line(out, "pubsub_channels", s.Channels)
	line(out, "pubsub_patterns", s.Patterns)
	line(out, "messages_published", s.Messages)
	line(out, "messages_delivered", s.Delivered)
	line(out, "clients_cut", s.Cut)
}

func (b *Broker) infoReplication(out *strings.Builder) {
	line(out, "role", "master")
	line(out, "connected_slaves", 0)
}

func (b *Broker) infoKeyspace(out *strings.Builder) {
	for i := range b.store.dbs {
		d := &b.store.dbs[i]
		if len(d.keys) == 0 {
			continue
		}
		ttl := int64(0)
		for _, e := range d.due {
			ttl += max(e.expires-b.store.now(), 0)
		}
		fmt.Fprintf(out, "db%d:keys=%d,expires=%d,avg_ttl=%d\r\n", i, len(d.keys), len(d.due), ttl/int64(max(len(d.due), 1)))
	}
}

// human is a size as Redis shows it: 1.06M.
func human(n int) string {
	size := float64(n)
	for _, unit := range []string{"B", "K", "M"} {
		switch {
		case size < 1024 && unit == "B":
			return strconv.Itoa(n) + unit
		case size < 1024:
			return fmt.Sprintf("%.2f%s", size, unit)
		}
		size /= 1024
	}
	return fmt.Sprintf("%.2fG", size)
}
