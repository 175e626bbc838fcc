package broker

import "strings"

func (b *Broker) infoPersistence(out *strings.Builder) {
	line(out, "loading", 0)
	a := b.aof
	if a == nil {
		line(out, "aof_enabled", 0)
		return
	}
	status, rewriting := "ok", 0
	if a.failure != nil {
		status = "err"
	}
	if a.rewriting {
		rewriting = 1
	}
	line(out, "aof_enabled", 1)
	line(out, "aof_rewrite_in_progress", rewriting)
	line(out, "aof_rewrites", a.generation)
	line(out, "aof_last_write_status", status)
	line(out, "aof_current_size", a.log.Size())
	line(out, "aof_base_size", a.limit/growth)
	line(out, "aof_write_errors", a.failures)
	line(out, "aof_damaged_places", a.damaged)
}
