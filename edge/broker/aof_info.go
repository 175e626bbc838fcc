package broker

func (b *Broker) infoPersistence(r *report) {
	r.section("Persistence")
	r.count("loading", 0)
	a := b.aof
	if a == nil {
		r.count("aof_enabled", 0)
		return
	}
	status, rewriting := "ok", int64(0)
	if a.failure != nil {
		status = "err"
	}
	if a.rewriting {
		rewriting = 1
	}
	r.count("aof_enabled", 1)
	r.count("aof_rewrite_in_progress", rewriting)
	r.count("aof_rewrites", int64(a.generation))
	r.line("aof_last_write_status", status)
	r.count("aof_current_size", a.log.Size())
	r.count("aof_base_size", a.limit/growth)
	r.count("aof_write_errors", int64(a.failures))
	r.count("aof_damaged_places", int64(a.damaged))
}
