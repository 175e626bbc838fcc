package broker

func hashCommands() []*command {
	const group = "hash"
	return []*command{
		{name: "hdel", arity: -3, flags: write | fast, keys: oneKey, group: group, since: "2.0.0",
			summary: "Delete one or more hash fields", run: hdel},
		{name: "hexists", arity: 3, flags: keyRead, keys: oneKey, group: group, since: "2.0.0",
			summary: "Determine if a hash field exists", run: hexists},
		{name: "hget", arity: 3, flags: keyRead, keys: oneKey, group: group, since: "2.0.0",
			summary: "Get the value of a hash field", run: hget},
		{name: "hgetall", arity: 2, flags: readonly, keys: oneKey, group: group, since: "2.0.0",
			summary: "Get all the fields and values in a hash", run: hgetAll},
		{name: "hincrby", arity: 4, flags: grow | fast, keys: oneKey, group: group, since: "2.0.0",
			summary: "Increment the integer value of a hash field by the given number", run: hincrBy},
		{name: "hincrbyfloat", arity: 4, flags: grow | fast, keys: oneKey, group: group, since: "2.6.0",
			summary: "Increment the float value of a hash field by the given amount", run: hincrByFloat},
		{name: "hkeys", arity: 2, flags: readonly, keys: oneKey, group: group, since: "2.0.0",
			summary: "Get all the fields in a hash", run: hkeys},
		{name: "hlen", arity: 2, flags: keyRead, keys: oneKey, group: group, since: "2.0.0",
			summary: "Get the number of fields in a hash", run: hlen},
		{name: "hmget", arity: -3, flags: keyRead, keys: oneKey, group: group, since: "2.0.0",
			summary: "Get the values of all the given hash fields", run: hmget},
		{name: "hmset", arity: -4, flags: grow | fast, keys: oneKey, group: group, since: "2.0.0",
			summary: "Set multiple hash fields to multiple values", run: hmset},
		{name: "hrandfield", arity: -2, flags: readonly, keys: oneKey, group: group, since: "6.2.0",
			summary: "Get one or multiple random fields from a hash", run: hrandField},
		{name: "hscan", arity: -3, flags: readonly, keys: oneKey, group: group, since: "2.8.0",
			summary: "Incrementally iterate hash fields and associated values", run: hscan},
		{name: "hset", arity: -4, flags: grow | fast, keys: oneKey, group: group, since: "2.0.0",
			summary: "Set the string value of a hash field", run: hset},
		{name: "hsetnx", arity: 4, flags: grow | fast, keys: oneKey, group: group, since: "2.0.0",
			summary: "Set the value of a hash field, only if the field does not exist", run: hsetnx},
		{name: "hstrlen", arity: 3, flags: keyRead, keys: oneKey, group: group, since: "3.2.0",
			summary: "Get the length of the value of a hash field", run: hstrlen},
		{name: "hvals", arity: 2, flags: readonly, keys: oneKey, group: group, since: "2.0.0",
			summary: "Get all the values in a hash", run: hvals},
	}
}
