package broker

var hashCommands = []command{
	{hashes, "hdel", -3, write | fast, oneKey, take, "2.0.0 Delete one or more hash fields"},
	{hashes, "hexists", 3, keyRead | untouched, oneKey, hexists, "2.0.0 Determine if a hash field exists"},
	{hashes, "hget", 3, keyRead, oneKey, hget, "2.0.0 Get the value of a hash field"},
	{hashes, "hgetall", 2, readonly, oneKey, hgetAll, "2.0.0 Get all the fields and values in a hash"},
	{hashes, "hincrby", 4, grow | fast | updates, oneKey, hincrBy, "2.0.0 Increment the integer value of a hash field by the given number"},
	{hashes, "hincrbyfloat", 4, grow | fast | updates, oneKey, hincrByFloat, "2.6.0 Increment the float value of a hash field by the given amount"},
	{hashes, "hkeys", 2, readonly, oneKey, hcolumn, "2.0.0 Get all the fields in a hash"},
	{hashes, "hlen", 2, keyRead | untouched, oneKey, size, "2.0.0 Get the number of fields in a hash"},
	{hashes, "hmget", -3, keyRead, oneKey, hmget, "2.0.0 Get the values of all the given hash fields"},
	{hashes, "hmset", -4, grow | fast | silent, oneKey, hset, "2.0.0 Set multiple hash fields to multiple values"},
	{hashes, "hrandfield", -2, readonly, oneKey, hrandField, "6.2.0 Get one or multiple random fields from a hash"},
	{hashes, "hscan", -3, readonly, oneKey, walk, "2.8.0 Incrementally iterate hash fields and associated values"},
	{hashes, "hset", -4, grow | fast, oneKey, hset, "2.0.0 Set the string value of a hash field"},
	{hashes, "hsetnx", 4, grow | fast, oneKey, hsetnx, "2.0.0 Set the value of a hash field, only if the field does not exist"},
	{hashes, "hstrlen", 3, keyRead | untouched, oneKey, hstrlen, "3.2.0 Get the length of the value of a hash field"},
	{hashes, "hvals", 2, readonly | values, oneKey, hcolumn, "2.0.0 Get all the values in a hash"},
}
