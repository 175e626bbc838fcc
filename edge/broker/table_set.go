package broker

var setCommands = []command{
	{sets, "sadd", -3, grow | fast, oneKey, sadd, "1.0.0 Add one or more members to a set"},
	{sets, "scard", 2, keyRead | untouched, oneKey, size, "1.0.0 Get the number of members in a set"},
	{sets, "sdiff", -2, readonly, allKeys, combineSets, "1.0.0 Subtract multiple sets"},
	{sets, "sdiffstore", -3, grow | gathers, allKeys, combineSets, "1.0.0 Subtract multiple sets and store the resulting set in a key"},
	{sets, "sinter", -2, readonly | intersects, allKeys, combineSets, "1.0.0 Intersect multiple sets"},
	{sets, "sintercard", -3, readonly | movable, counted, sinterCard, "7.0.0 Intersect multiple sets and return the cardinality of the result"},
	{sets, "sinterstore", -3, grow | gathers | intersects, allKeys, combineSets, "1.0.0 Intersect multiple sets and store the resulting set in a key"},
	{sets, "sismember", 3, keyRead | untouched, oneKey, sisMember, "1.0.0 Determine if a given value is a member of a set"},
	{sets, "smembers", 2, readonly, oneKey, smembers, "1.0.0 Get all the members in a set"},
	{sets, "smismember", -3, keyRead, oneKey, smisMember, "6.2.0 Returns the membership associated with the given elements for a set"},
	{sets, "smove", 4, write | fast | moves, twoKeys, smove, "1.0.0 Move a member from one set to another"},
	{sets, "spop", -2, write | fast | updates, oneKey, spop, "1.0.0 Remove and return one or multiple random members from a set"},
	{sets, "srandmember", -2, readonly, oneKey, srandMember, "1.0.0 Get one or multiple random members from a set"},
	{sets, "srem", -3, write | fast, oneKey, take, "1.0.0 Remove one or more members from a set"},
	{sets, "sscan", -3, readonly, oneKey, walk, "2.8.0 Incrementally iterate Set elements"},
	{sets, "sunion", -2, readonly | unites, allKeys, combineSets, "1.0.0 Add multiple sets"},
	{sets, "sunionstore", -3, grow | gathers | unites, allKeys, combineSets, "1.0.0 Add multiple sets and store the resulting set in a key"},
}
