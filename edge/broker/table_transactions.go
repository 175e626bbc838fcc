package broker

var transactionCommands = []command{
	{transactions, "discard", 1, inMulti | fast, noKeys, discard, "2.0.0 Discard all commands issued after MULTI"},
	{transactions, "exec", 1, always | skipSlowlog | atOnce, noKeys, exec, "1.2.0 Execute all commands issued after MULTI"},
	{transactions, "multi", 1, inMulti | fast, noKeys, multi, "1.2.0 Mark the start of a transaction block"},
	{transactions, "unwatch", 1, always | allowBusy | fast, noKeys, unwatch, "2.2.0 Forget about all watched keys"},
	{transactions, "watch", -2, inMulti | fast | untouched, allKeys, watch, "2.2.0 Watch the given keys to determine execution of the MULTI/EXEC block"},
}
