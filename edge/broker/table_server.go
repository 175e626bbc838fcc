package broker

func serverCommands() []*command {
	const group = "server"
	return []*command{
		{name: "command", arity: -1, flags: anytime, group: group, since: "2.8.13",
			summary: "Get array of Redis command details", run: commandAll, subs: []*command{
				{name: "count", arity: 2, flags: anytime, since: "2.8.13", summary: "Get total number of Redis commands", run: commandCount},
				{name: "docs", arity: -2, flags: anytime, since: "7.0.0", summary: "Get array of specific Redis command documentation", run: commandDocs},
				{name: "help", arity: 2, flags: anytime, since: "5.0.0", summary: "Show helpful text about the different subcommands", run: commandHelp},
				{name: "info", arity: -2, flags: anytime, since: "2.8.13", summary: "Get array of specific Redis command details, or all when no argument is given.", run: commandInfo},
				{name: "list", arity: -2, flags: anytime, since: "7.0.0", summary: "Get an array of Redis command names", run: commandList},
			}},
		{name: "config", arity: -2, group: group, since: "2.0.0",
			summary: "A container for server configuration commands", subs: []*command{
				{name: "get", arity: -3, flags: manage, since: "2.0.0", summary: "Get the values of configuration parameters", run: configGet},
				{name: "help", arity: 2, flags: anytime, since: "5.0.0", summary: "Show helpful text about the different subcommands", run: configHelp},
				{name: "resetstat", arity: 2, flags: manage, since: "2.0.0", summary: "Reset the stats returned by INFO", run: configResetStat},
				{name: "rewrite", arity: 2, flags: manage, since: "2.8.0", summary: "Rewrite the configuration file with the in memory configuration", run: configRewrite},
				{name: "set", arity: -4, flags: manage, since: "2.0.0", summary: "Set configuration parameters to the given values", run: configSet},
			}},
		{name: "dbsize", arity: 1, flags: keyRead | keyspace, group: group, since: "1.0.0",
			summary: "Return the number of keys in the selected database", run: dbsize},
		{name: "flushall", arity: -1, flags: write | keyspace | dangerous, group: group, since: "1.0.0",
			summary: "Remove all keys from all databases", run: flushall},
		{name: "flushdb", arity: -1, flags: write | keyspace | dangerous, group: group, since: "1.0.0",
			summary: "Remove all keys from the current database", run: flushdb},
		{name: "info", arity: -1, flags: anytime | dangerous, group: group, since: "1.0.0",
			summary: "Get information and statistics about the server", run: info},
		{name: "memory", arity: -2, group: group, since: "4.0.0",
			summary: "A container for memory diagnostics commands", subs: []*command{
				{name: "help", arity: 2, flags: anytime, since: "4.0.0", summary: "Show helpful text about the different subcommands", run: memoryHelp},
				{name: "usage", arity: -3, flags: readonly, keys: secondKey, since: "4.0.0", summary: "Estimate the memory usage of a key", run: memoryUsage},
			}},
		{name: "monitor", arity: 1, flags: manage, group: group, since: "1.0.0",
			summary: "Listen for all requests received by the server in real time", run: monitor},
		{name: "shutdown", arity: -1, flags: manage | noMulti | allowBusy, group: group, since: "1.0.0",
			summary: "Synchronously save the dataset to disk and then shut down the server", run: shutdown},
		{name: "time", arity: 1, flags: anytime | fast, group: group, since: "2.6.0",
			summary: "Return the current server time", run: now},
		{name: "wait", arity: 3, flags: noscript, group: "generic", since: "3.0.0",
			summary: "Wait for the synchronous replication of all the write commands sent in the context of the current connection", run: waitReplicas},
	}
}

func scriptCommands() []*command {
	const (
		group   = "scripting"
		scripts = noscript | stale | skipMonitor | noMandatoryKeys | movable
	)
	return []*command{
		{name: "eval", arity: -3, flags: scripts, group: group, since: "2.6.0",
			summary: "Execute a Lua script server side", run: eval},
		{name: "evalsha", arity: -3, flags: scripts, group: group, since: "2.6.0",
			summary: "Execute a Lua script server side", run: evalSHA},
		{name: "script", arity: -2, group: group, since: "2.6.0",
			summary: "A container for Lua scripts management commands", subs: []*command{
				{name: "exists", arity: -3, flags: noscript, since: "2.6.0", summary: "Check existence of scripts in the script cache.", run: scriptExists},
				{name: "flush", arity: -2, flags: noscript, since: "2.6.0", summary: "Remove all the scripts from the script cache.", run: scriptFlush},
				{name: "help", arity: 2, flags: anytime, since: "5.0.0", summary: "Show helpful text about the different subcommands", run: scriptHelp},
				{name: "kill", arity: 2, flags: noscript | allowBusy, since: "2.6.0", summary: "Kill the script currently in execution.", run: scriptKill},
				{name: "load", arity: 3, flags: noscript | stale, since: "2.6.0", summary: "Load the specified Lua script into the script cache.", run: scriptLoad},
			}},
	}
}
