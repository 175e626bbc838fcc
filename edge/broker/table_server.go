package broker

var serverCommands = []command{
	{"command", commandAll, server, -1, noKeys, connecting | container | anytime},
	{"command|count", commandCount, server, 2, noKeys, connecting | anytime},
	{"command|docs", commandDocs, server, -2, noKeys, connecting | anytime},
	{"command|info", commandInfo, server, -2, noKeys, connecting | anytime},
	{"config", nil, server, -2, noKeys, container},
	{"config|get", configGet, server, -3, noKeys, manage},
	{"config|set", configSet, server, -4, noKeys, manage},
	{"dbsize", dbsize, server, 1, noKeys, keyRead | keyspace},
	{"flushall", flush, server, -1, noKeys, write | keyspace | dangerous | everywhere},
	{"flushdb", flush, server, -1, noKeys, write | keyspace | dangerous},
	{"info", info, server, -1, noKeys, anytime | dangerous},
	{"memory", nil, server, -2, noKeys, container},
	{"memory|usage", memoryUsage, server, -3, secondKey, readonly | untouched},
	{"monitor", monitor, server, 1, noKeys, manage},
	{"shutdown", shutdown, server, -1, noKeys, manage | noMulti | allowBusy},
	{"time", now, server, 1, noKeys, anytime | fast},
	{"wait", waitReplicas, generic, 3, noKeys, noscript | connecting},
}

const scripts = noscript | stale | skipMonitor | noMandatoryKeys | movable

var scriptCommands = []command{
	{"eval", eval, scripting, -3, countedSecond, scripts | updates},
	{"evalsha", eval, scripting, -3, countedSecond, scripts | updates},
	{"script", nil, scripting, -2, noKeys, container},
	{"script|exists", scriptExists, scripting, -3, noKeys, noscript},
	{"script|load", scriptLoad, scripting, 3, noKeys, noscript | stale},
}
