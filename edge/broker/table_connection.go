package broker

var connectionCommands = []command{
	{connections, "auth", -2, greeting, noKeys, auth, "1.0.0 Authenticate to the server"},
	{connections, "client", -2, container, noKeys, nil, "2.4.0 A container for client connection commands"},
	{connections, "client|getname", 2, always, noKeys, clientGetName, "2.6.9 Get the current connection name"},
	{connections, "client|id", 2, always, noKeys, clientID, "5.0.0 Returns the client ID for the current connection"},
	{connections, "client|info", 2, always, noKeys, clientInfo, "6.2.0 Returns information about the current client connection."},
	{connections, "client|kill", -3, manage, noKeys, clientKill, "2.4.0 Kill the connection of a client"},
	{connections, "client|list", -2, manage, noKeys, clientList, "2.4.0 Get the list of client connections"},
	{connections, "client|no-evict", 3, manage, noKeys, clientNoEvict, "7.0.0 Set client eviction mode for the current connection"},
	{connections, "client|reply", 3, always, noKeys, clientReply, "3.2.0 Instruct the server whether to reply to commands"},
	{connections, "client|setinfo", 4, always, noKeys, clientSetInfo, "7.2.0 Set client or connection specific info"},
	{connections, "client|setname", 3, always, noKeys, clientSetName, "2.6.9 Set the current connection name"},
	{connections, "echo", 2, anytime | fast, noKeys, echo, "1.0.0 Echo the given string"},
	{connections, "hello", -1, greeting, noKeys, hello, "6.0.0 Handshake with Redis"},
	{connections, "ping", -1, fast | whileSubscribed, noKeys, ping, "1.0.0 Ping the server"},
	{connections, "quit", -1, greeting | whileSubscribed | atOnce, noKeys, quit, "1.0.0 Close the connection"},
	{connections, "reset", 1, greeting | whileSubscribed | atOnce, noKeys, reset, "6.2.0 Reset the connection"},
	{connections, "select", 2, anytime | fast, noKeys, selectDB, "1.0.0 Change the selected database for the current connection"},
}

var pubsubCommands = []command{
	{pubsubs, "psubscribe", -2, subMode | patterned, noKeys, subscribe, "2.0.0 Listen for messages published to channels matching the given patterns"},
	{pubsubs, "publish", 3, pubSub | fast | anytime, noKeys, publish, "2.0.0 Post a message to a channel"},
	{pubsubs, "pubsub", -2, container, noKeys, nil, "2.8.0 A container for Pub/Sub commands"},
	{pubsubs, "pubsub|channels", -2, pubSub | anytime, noKeys, pubsubChannels, "2.8.0 List active channels"},
	{pubsubs, "pubsub|numpat", 2, pubSub | anytime, noKeys, pubsubNumPat, "2.8.0 Get the count of unique patterns pattern subscriptions"},
	{pubsubs, "pubsub|numsub", -2, pubSub | anytime, noKeys, pubsubNumSub, "2.8.0 Get the count of subscribers for channels"},
	{pubsubs, "pubsub|shardchannels", -2, pubSub | anytime | sharded, noKeys, pubsubChannels, "7.0.0 List active shard channels"},
	{pubsubs, "pubsub|shardnumsub", -2, pubSub | anytime | sharded, noKeys, pubsubNumSub, "7.0.0 Get the count of subscribers for shard channels"},
	{pubsubs, "punsubscribe", -1, subMode | patterned, noKeys, unsubscribe, "2.0.0 Stop listening for messages posted to channels matching the given patterns"},
	{pubsubs, "spublish", 3, pubSub | fast | anytime | sharded, oneKey, publish, "7.0.0 Post a message to a shard channel"},
	{pubsubs, "ssubscribe", -2, subMode | sharded, allKeys, subscribe, "7.0.0 Listen for messages published to the given shard channels"},
	{pubsubs, "subscribe", -2, subMode, noKeys, subscribe, "2.0.0 Listen for messages published to the given channels"},
	{pubsubs, "sunsubscribe", -1, subMode | sharded, allKeys, unsubscribe, "7.0.0 Stop listening for messages posted to the given shard channels"},
	{pubsubs, "unsubscribe", -1, subMode, noKeys, unsubscribe, "2.0.0 Stop listening for messages posted to the given channels"},
}
