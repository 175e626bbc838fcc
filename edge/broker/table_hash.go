package broker

var hashCommands = []command{
	{"hdel", take, hashes, -3, oneKey, write | fast},
	{"hexists", hexists, hashes, 3, oneKey, keyRead | untouched},
	{"hget", hget, hashes, 3, oneKey, keyRead},
	{"hgetall", everything, hashes, 2, oneKey, readonly | names | values},
	{"hincrby", hincrBy, hashes, 4, oneKey, grow | fast | updates},
	{"hincrbyfloat", hincrByFloat, hashes, 4, oneKey, grow | fast | updates},
	{"hkeys", everything, hashes, 2, oneKey, readonly | names},
	{"hlen", size, hashes, 2, oneKey, keyRead | untouched},
	{"hmget", hget, hashes, -3, oneKey, keyRead},
	{"hmset", hset, hashes, -4, oneKey, grow | fast | silent},
	{"hrandfield", random, hashes, -2, oneKey, readonly},
	{"hscan", walk, hashes, -3, oneKey, readonly},
	{"hset", hset, hashes, -4, oneKey, grow | fast},
	{"hsetnx", hsetnx, hashes, 4, oneKey, grow | fast},
	{"hstrlen", hstrlen, hashes, 3, oneKey, keyRead | untouched},
	{"hvals", everything, hashes, 2, oneKey, readonly | values},
}
