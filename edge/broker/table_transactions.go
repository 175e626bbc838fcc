package broker

func transactionCommands() []*command {
	const group = "transactions"
	return []*command{
		{name: "discard", arity: 1, flags: inMulti | fast, group: group, since: "2.0.0",
			summary: "Discard all commands issued after MULTI", run: discard},
		{name: "exec", arity: 1, flags: always | skipSlowlog | atOnce, group: group, since: "1.2.0",
			summary: "Execute all commands issued after MULTI", run: exec},
		{name: "multi", arity: 1, flags: inMulti | fast, group: group, since: "1.2.0",
			summary: "Mark the start of a transaction block", run: multi},
		{name: "unwatch", arity: 1, flags: always | allowBusy | fast, group: group, since: "2.2.0",
			summary: "Forget about all watched keys", run: unwatch},
		{name: "watch", arity: -2, flags: inMulti | fast, keys: allKeys, group: group, since: "2.2.0",
			summary: "Watch the given keys to determine execution of the MULTI/EXEC block", run: watch},
	}
}
