package broker

var connectionCommands = []command{
	{"auth", auth, connections, -2, noKeys, greeting},
	{"client", nil, connections, -2, noKeys, container},
	{"client|getname", clientGetName, connections, 2, noKeys, always},
	{"client|id", clientID, connections, 2, noKeys, always},
	{"client|info", clientInfo, connections, 2, noKeys, always},
	{"client|kill", clientKill, connections, -3, noKeys, manage},
	{"client|list", clientList, connections, -2, noKeys, manage},
	{"client|no-evict", clientNoEvict, connections, 3, noKeys, manage},
	{"client|reply", clientReply, connections, 3, noKeys, always},
	{"client|setinfo", clientSetInfo, connections, 4, noKeys, always},
	{"client|setname", clientSetName, connections, 3, noKeys, always},
	{"echo", echo, connections, 2, noKeys, anytime | fast},
	{"hello", hello, connections, -1, noKeys, greeting},
	{"ping", ping, connections, -1, noKeys, fast | whileSubscribed},
	{"quit", quit, connections, -1, noKeys, greeting | whileSubscribed | atOnce},
	{"reset", reset, connections, 1, noKeys, greeting | whileSubscribed | atOnce},
	{"select", selectDB, connections, 2, noKeys, anytime | fast},
}

var pubsubCommands = []command{
	{"psubscribe", subscribe, pubsubs, -2, noKeys, subMode | patterned},
	{"publish", publish, pubsubs, 3, noKeys, pubSub | fast | anytime},
	{"pubsub", nil, pubsubs, -2, noKeys, container},
	{"pubsub|channels", pubsubChannels, pubsubs, -2, noKeys, pubSub | anytime},
	{"pubsub|numpat", pubsubNumPat, pubsubs, 2, noKeys, pubSub | anytime},
	{"pubsub|numsub", pubsubNumSub, pubsubs, -2, noKeys, pubSub | anytime},
	{"pubsub|shardchannels", pubsubChannels, pubsubs, -2, noKeys, pubSub | anytime | sharded},
	{"pubsub|shardnumsub", pubsubNumSub, pubsubs, -2, noKeys, pubSub | anytime | sharded},
	{"punsubscribe", unsubscribe, pubsubs, -1, noKeys, subMode | patterned},
	{"spublish", publish, pubsubs, 3, oneKey, pubSub | fast | anytime | sharded},
	{"ssubscribe", subscribe, pubsubs, -2, allKeys, subMode | sharded},
	{"subscribe", subscribe, pubsubs, -2, noKeys, subMode},
	{"sunsubscribe", unsubscribe, pubsubs, -1, allKeys, subMode | sharded},
	{"unsubscribe", unsubscribe, pubsubs, -1, noKeys, subMode},
}
