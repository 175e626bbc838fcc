package broker

var serverCommands = []command{
	{server, "command", -1, connecting | container | anytime, noKeys, commandAll, "2.8.13 Get array of Redis command details"},
	{server, "command|count", 2, connecting | anytime, noKeys, commandCount, "2.8.13 Get total number of Redis commands"},
	{server, "command|docs", -2, connecting | anytime, noKeys, commandDocs, "7.0.0 Get array of specific Redis command documentation"},
	{server, "command|info", -2, connecting | anytime, noKeys, commandInfo, "2.8.13 Get array of specific Redis command details, or all when no argument is given."},
	{server, "config", -2, container, noKeys, nil, "2.0.0 A container for server configuration commands"},
	{server, "config|get", -3, manage, noKeys, configGet, "2.0.0 Get the values of configuration parameters"},
	{server, "config|set", -4, manage, noKeys, configSet, "2.0.0 Set configuration parameters to the given values"},
	{server, "dbsize", 1, keyRead | keyspace, noKeys, dbsize, "1.0.0 Return the number of keys in the selected database"},
	{server, "flushall", -1, write | keyspace | dangerous | everywhere, noKeys, flush, "1.0.0 Remove all keys from all databases"},
	{server, "flushdb", -1, write | keyspace | dangerous, noKeys, flush, "1.0.0 Remove all keys from the current database"},
	{server, "info", -1, anytime | dangerous, noKeys, info, "1.0.0 Get information and statistics about the server"},
	{server, "memory", -2, container, noKeys, nil, "4.0.0 A container for memory diagnostics commands"},
	{server, "memory|usage", -3, readonly | untouched, secondKey, memoryUsage, "4.0.0 Estimate the memory usage of a key"},
	{server, "monitor", 1, manage, noKeys, monitor, "1.0.0 Listen for all requests received by the server in real time"},
	{server, "shutdown", -1, manage | noMulti | allowBusy, noKeys, shutdown, "1.0.0 Synchronously save the dataset to disk and then shut down the server"},
	{server, "time", 1, anytime | fast, noKeys, now, "2.6.0 Return the current server time"},
	{generic, "wait", 3, noscript | connecting, noKeys, waitReplicas, "3.0.0 Wait for the synchronous replication of all the write commands sent in the context of the current connection"},
}

const scripts = noscript | stale | skipMonitor | noMandatoryKeys | movable

var scriptCommands = []command{
	{scripting, "eval", -3, scripts | updates, countedSecond, eval, "2.6.0 Execute a Lua script server side"},
	{scripting, "evalsha", -3, scripts | updates, countedSecond, evalSHA, "2.6.0 Execute a Lua script server side"},
	{scripting, "script", -2, container, noKeys, nil, "2.6.0 A container for Lua scripts management commands"},
	{scripting, "script|exists", -3, noscript, noKeys, scriptExists, "2.6.0 Check existence of scripts in the script cache."},
	{scripting, "script|load", 3, noscript | stale, noKeys, scriptLoad, "2.6.0 Load the specified Lua script into the script cache."},
}
