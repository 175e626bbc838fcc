package broker

// newTable returns every command the broker knows, by its name.
func newTable() map[string]*command {
	table := make(map[string]*command)
	uses := keyUses()
	for _, cmds := range [][]*command{
		connectionCommands(),
		pubsubCommands(),
		keyCommands(),
		stringCommands(),
		listCommands(),
		transactionCommands(),
		streamCommands(),
		hashCommands(),
		setCommands(),
		sortedCommands(),
		scriptCommands(),
		serverCommands(),
		aclCommands(),
	} {
		for _, cmd := range cmds {
			table[cmd.name] = cmd
			cmd.use = useOf(cmd, uses)
			for _, sub := range cmd.subs {
				sub.name = cmd.name + "|" + sub.name
				sub.group = cmd.group
				sub.use = useOf(sub, uses)
			}
		}
	}
	return table
}

// Flags that come together.
const (
	always   = noscript | loading | stale
	anytime  = loading | stale
	greeting = always | fast | noAuth | allowBusy
	manage   = admin | dangerous | always
	inMulti  = always | allowBusy | atOnce
	subMode  = pubSub | always | whileSubscribed
	keyWrite = write | fast | keyspace
	keyRead  = readonly | fast
	grow     = write | denyoom
)

var (
	oneKey    = [3]int{1, 1, 1}
	allKeys   = [3]int{1, -1, 1}
	twoKeys   = [3]int{1, 2, 1}
	secondKey = [3]int{2, 2, 1}
)

func connectionCommands() []*command {
	const group = "connection"
	return []*command{
		{name: "auth", arity: -2, flags: greeting, group: group, since: "1.0.0",
			summary: "Authenticate to the server", run: auth},
		{name: "client", arity: -2, group: group, since: "2.4.0",
			summary: "A container for client connection commands", subs: []*command{
				{name: "getname", arity: 2, flags: always, since: "2.6.9", summary: "Get the current connection name", run: clientGetName},
				{name: "help", arity: 2, flags: anytime, since: "5.0.0", summary: "Show helpful text about the different subcommands", run: clientHelp},
				{name: "id", arity: 2, flags: always, since: "5.0.0", summary: "Returns the client ID for the current connection", run: clientID},
				{name: "info", arity: 2, flags: always, since: "6.2.0", summary: "Returns information about the current client connection.", run: clientInfo},
				{name: "kill", arity: -3, flags: manage, since: "2.4.0", summary: "Kill the connection of a client", run: clientKill},
				{name: "list", arity: -2, flags: manage, since: "2.4.0", summary: "Get the list of client connections", run: clientList},
				{name: "no-evict", arity: 3, flags: manage, since: "7.0.0", summary: "Set client eviction mode for the current connection", run: clientNoEvict},
				{name: "no-touch", arity: 3, flags: always, since: "7.2.0", summary: "Controls whether commands sent by the client affect the LRU/LFU of accessed keys.", run: clientNoTouch},
				{name: "pause", arity: -3, flags: manage, since: "2.9.50", summary: "Stop processing commands from clients for some time", run: clientPause},
				{name: "reply", arity: 3, flags: always, since: "3.2.0", summary: "Instruct the server whether to reply to commands", run: clientReply},
				{name: "setinfo", arity: 4, flags: always, since: "7.2.0", summary: "Set client or connection specific info", run: clientSetInfo},
				{name: "setname", arity: 3, flags: always, since: "2.6.9", summary: "Set the current connection name", run: clientSetName},
				{name: "unblock", arity: -3, flags: manage, since: "5.0.0", summary: "Unblock a client blocked in a blocking command from a different connection", run: clientUnblock},
				{name: "unpause", arity: 2, flags: manage, since: "6.2.0", summary: "Resume processing of clients that were paused", run: clientUnpause},
			}},
		{name: "echo", arity: 2, flags: anytime | fast, group: group, since: "1.0.0",
			summary: "Echo the given string", run: echo},
		{name: "hello", arity: -1, flags: greeting, group: group, since: "6.0.0",
			summary: "Handshake with Redis", run: hello},
		{name: "ping", arity: -1, flags: fast | whileSubscribed, group: group, since: "1.0.0",
			summary: "Ping the server", run: ping},
		{name: "quit", arity: -1, flags: greeting | whileSubscribed | atOnce, group: group, since: "1.0.0",
			summary: "Close the connection", run: quit},
		{name: "reset", arity: 1, flags: greeting | whileSubscribed | atOnce, group: group, since: "6.2.0",
			summary: "Reset the connection", run: reset},
		{name: "select", arity: 2, flags: anytime | fast, group: group, since: "1.0.0",
			summary: "Change the selected database for the current connection", run: selectDB},
	}
}

func pubsubCommands() []*command {
	const group = "pubsub"
	return []*command{
		{name: "psubscribe", arity: -2, flags: subMode, group: group, since: "2.0.0",
			summary: "Listen for messages published to channels matching the given patterns", run: psubscribe},
		{name: "publish", arity: 3, flags: pubSub | fast | anytime, group: group, since: "2.0.0",
			summary: "Post a message to a channel", run: publish},
		{name: "pubsub", arity: -2, group: group, since: "2.8.0",
			summary: "A container for Pub/Sub commands", subs: []*command{
				{name: "channels", arity: -2, flags: pubSub | anytime, since: "2.8.0", summary: "List active channels", run: pubsubChannels},
				{name: "help", arity: 2, flags: anytime, since: "6.2.0", summary: "Show helpful text about the different subcommands", run: pubsubHelp},
				{name: "numpat", arity: 2, flags: pubSub | anytime, since: "2.8.0", summary: "Get the count of unique patterns pattern subscriptions", run: pubsubNumPat},
				{name: "numsub", arity: -2, flags: pubSub | anytime, since: "2.8.0", summary: "Get the count of subscribers for channels", run: pubsubNumSub},
				{name: "shardchannels", arity: -2, flags: pubSub | anytime, since: "7.0.0", summary: "List active shard channels", run: pubsubShardChannels},
				{name: "shardnumsub", arity: -2, flags: pubSub | anytime, since: "7.0.0", summary: "Get the count of subscribers for shard channels", run: pubsubShardNumSub},
			}},
		{name: "punsubscribe", arity: -1, flags: subMode, group: group, since: "2.0.0",
			summary: "Stop listening for messages posted to channels matching the given patterns", run: punsubscribe},
		{name: "spublish", arity: 3, flags: pubSub | fast | anytime, keys: oneKey, group: group, since: "7.0.0",
			summary: "Post a message to a shard channel", run: spublish},
		{name: "ssubscribe", arity: -2, flags: subMode, keys: allKeys, group: group, since: "7.0.0",
			summary: "Listen for messages published to the given shard channels", run: ssubscribe},
		{name: "subscribe", arity: -2, flags: subMode, group: group, since: "2.0.0",
			summary: "Listen for messages published to the given channels", run: subscribe},
		{name: "sunsubscribe", arity: -1, flags: subMode, keys: allKeys, group: group, since: "7.0.0",
			summary: "Stop listening for messages posted to the given shard channels", run: sunsubscribe},
		{name: "unsubscribe", arity: -1, flags: subMode, group: group, since: "2.0.0",
			summary: "Stop listening for messages posted to the given channels", run: unsubscribe},
	}
}
