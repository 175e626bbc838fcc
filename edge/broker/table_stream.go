package broker

func streamCommands() []*command {
	const group = "stream"
	return []*command{
		{name: "xack", arity: -4, flags: write | fast, keys: oneKey, group: group, since: "5.0.0",
			summary: "Marks a pending message as correctly processed, effectively removing it from the pending entries list of the consumer group. Return value of the command is the number of messages successfully acknowledged, that is, the IDs we were actually able to resolve in the PEL.", run: xack},
		{name: "xadd", arity: -5, flags: write | denyoom | fast, keys: oneKey, group: group, since: "5.0.0",
			summary: "Appends a new entry to a stream", run: xadd},
		{name: "xautoclaim", arity: -6, flags: write | fast, keys: oneKey, group: group, since: "6.2.0",
			summary: "Changes (or acquires) ownership of messages in a consumer group, as if the messages were delivered to the specified consumer.", run: xautoclaim},
		{name: "xclaim", arity: -6, flags: write | fast, keys: oneKey, group: group, since: "5.0.0",
			summary: "Changes (or acquires) ownership of a message in a consumer group, as if the message was delivered to the specified consumer.", run: xclaim},
		{name: "xdel", arity: -3, flags: write | fast, keys: oneKey, group: group, since: "5.0.0",
			summary: "Removes the specified entries from the stream. Returns the number of items actually deleted, that may be different from the number of IDs passed in case certain IDs do not exist.", run: xdel},
		{name: "xgroup", arity: -2, group: group, since: "5.0.0",
			summary: "A container for consumer groups commands", subs: []*command{
				{name: "create", arity: -5, flags: write | denyoom, keys: secondKey, since: "5.0.0", summary: "Create a consumer group.", run: xgroupCreate},
				{name: "createconsumer", arity: 5, flags: write | denyoom, keys: secondKey, since: "6.2.0", summary: "Create a consumer in a consumer group.", run: xgroupCreateConsumer},
				{name: "delconsumer", arity: 5, flags: write, keys: secondKey, since: "5.0.0", summary: "Delete a consumer from a consumer group.", run: xgroupDelConsumer},
				{name: "destroy", arity: 4, flags: write, keys: secondKey, since: "5.0.0", summary: "Destroy a consumer group.", run: xgroupDestroy},
				{name: "help", arity: 2, flags: anytime, since: "5.0.0", summary: "Show helpful text about the different subcommands", run: xgroupHelp},
				{name: "setid", arity: -5, flags: write, keys: secondKey, since: "5.0.0", summary: "Set a consumer group to an arbitrary last delivered ID value.", run: xgroupSetID},
			}},
		{name: "xinfo", arity: -2, group: group, since: "5.0.0",
			summary: "A container for stream introspection commands", subs: []*command{
				{name: "consumers", arity: 4, flags: readonly, keys: secondKey, since: "5.0.0", summary: "List the consumers in a consumer group", run: xinfoConsumers},
				{name: "groups", arity: 3, flags: readonly, keys: secondKey, since: "5.0.0", summary: "List the consumer groups of a stream", run: xinfoGroups},
				{name: "help", arity: 2, flags: anytime, since: "5.0.0", summary: "Show helpful text about the different subcommands", run: xinfoHelp},
				{name: "stream", arity: -3, flags: readonly, keys: secondKey, since: "5.0.0", summary: "Get information about a stream", run: xinfoStream},
			}},
		{name: "xlen", arity: 2, flags: readonly | fast, keys: oneKey, group: group, since: "5.0.0",
			summary: "Return the number of entries in a stream", run: xlen},
		{name: "xpending", arity: -3, flags: readonly, keys: oneKey, group: group, since: "5.0.0",
			summary: "Return information and entries from a stream consumer group pending entries list, that are messages fetched but never acknowledged.", run: xpending},
		{name: "xrange", arity: -4, flags: readonly, keys: oneKey, group: group, since: "5.0.0",
			summary: "Return a range of elements in a stream, with IDs matching the specified IDs interval", run: xrange},
		{name: "xread", arity: -4, flags: readonly | blocking | movable, group: group, since: "5.0.0",
			summary: "Return never seen elements in multiple streams, with IDs greater than the ones reported by the caller for each stream. Can block.", run: xread},
		{name: "xreadgroup", arity: -7, flags: write | blocking | movable, group: group, since: "5.0.0",
			summary: "Return new entries from a stream using a consumer group, or access the history of the pending entries for a given consumer. Can block.", run: xreadgroup},
		{name: "xrevrange", arity: -4, flags: readonly, keys: oneKey, group: group, since: "5.0.0",
			summary: "Return a range of elements in a stream, with IDs matching the specified IDs interval, in reverse order (from greater to smaller IDs) compared to XRANGE", run: xrevrange},
		{name: "xsetid", arity: -3, flags: write | denyoom | fast, keys: oneKey, group: group, since: "5.0.0",
			summary: "An internal command for replicating stream values", run: xsetid},
		{name: "xtrim", arity: -4, flags: write, keys: oneKey, group: group, since: "5.0.0",
			summary: "Trims the stream to (approximately if '~' is passed) a certain size", run: xtrim},
	}
}
