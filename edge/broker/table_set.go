package broker

var setCommands = []command{
	{"sadd", sadd, sets, -3, oneKey, grow | fast},
	{"scard", size, sets, 2, oneKey, keyRead | untouched},
	{"sdiff", combineSets, sets, -2, allKeys, readonly},
	{"sdiffstore", combineSets, sets, -3, allKeys, grow | gathers},
	{"sinter", combineSets, sets, -2, allKeys, readonly | intersects},
	{"sintercard", combineSets, sets, -3, counted, readonly | movable | intersects},
	{"sinterstore", combineSets, sets, -3, allKeys, grow | gathers | intersects},
	{"sismember", sisMember, sets, 3, oneKey, keyRead | untouched},
	{"smembers", everything, sets, 2, oneKey, readonly | names},
	{"smismember", sisMember, sets, -3, oneKey, keyRead},
	{"smove", smove, sets, 4, twoKeys, write | fast | moves},
	{"spop", spop, sets, -2, oneKey, write | fast | updates},
	{"srandmember", random, sets, -2, oneKey, readonly},
	{"srem", take, sets, -3, oneKey, write | fast},
	{"sscan", walk, sets, -3, oneKey, readonly},
	{"sunion", combineSets, sets, -2, allKeys, readonly | unites},
	{"sunionstore", combineSets, sets, -3, allKeys, grow | gathers | unites},
}
