package broker

var setCommands = []command{
	{"sadd", sadd, sets, -3, oneKey, grow | fast},
	{"scard", size, sets, 2, oneKey, keyRead | untouched},
	{"sdiff", combine, sets, -2, allKeys, readonly},
	{"sdiffstore", combine, sets, -3, allKeys, grow | gathers},
	{"sinter", combine, sets, -2, allKeys, readonly | intersects},
	{"sintercard", combine, sets, -3, counted, readonly | movable | intersects | counts},
	{"sinterstore", combine, sets, -3, allKeys, grow | gathers | intersects},
	{"sismember", sisMember, sets, 3, oneKey, keyRead | untouched},
	{"smembers", everything, sets, 2, oneKey, readonly | names},
	{"smismember", sisMember, sets, -3, oneKey, keyRead},
	{"smove", smove, sets, 4, twoKeys, write | fast | moves},
	{"spop", spop, sets, -2, oneKey, write | fast | updates},
	{"srandmember", random, sets, -2, oneKey, readonly},
	{"srem", take, sets, -3, oneKey, write | fast},
	{"sscan", walk, sets, -3, oneKey, readonly},
	{"sunion", combine, sets, -2, allKeys, readonly | unites},
	{"sunionstore", combine, sets, -3, allKeys, grow | gathers | unites},
}
