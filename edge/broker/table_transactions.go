package broker

var transactionCommands = []command{
	{"discard", discard, transactions, 1, noKeys, inMulti | fast},
	{"exec", exec, transactions, 1, noKeys, always | skipSlowlog | atOnce},
	{"multi", multi, transactions, 1, noKeys, inMulti | fast},
	{"unwatch", unwatch, transactions, 1, noKeys, always | allowBusy | fast},
	{"watch", watch, transactions, -2, allKeys, inMulti | fast | untouched},
}
