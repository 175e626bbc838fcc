package broker_test

import "testing"

func TestDifferentialKeys(t *testing.T) {
	differ(t, map[string][]string{
		"del": {"mset a 1 b 2 c 3", "del a b none a", "unlink c c none", "exists a b c", "del", "unlink", "rpush l x", "unlink l", "touch none", "mset a 1 b 2", "touch a b a", "touch"},
		"expire": {
			"set k v", "expire k 100", "ttl k", "pexpire k 100000", "ttl k", "expireat k 99999999999", "expiretime k", "pexpiretime k", "pexpireat k 99999999999123", "pexpiretime k", "expiretime k", "persist k", "persist k", "ttl k", "persist none", "expiretime k", "pexpiretime none", "expiretime none",
			"expireat none 1", "expireat k x", "expireat k", "pexpireat k 9223372036854775807", "pexpiretime k", "expireat k 9223372036854775807", "expireat k 9223372036854775", "expireat k 1 gt", "expireat k 1", "exists k", "set k v", "pexpireat k -9223372036854775808", "exists k", "set k v", "expireat k -9223372036854775", "exists k", "set k v", "expire k 0", "exists k", "set k v", "expire k -1", "exists k",
			"set k v", "expire k 100 xx", "expire k 100 gt", "expire k 100 lt", "ttl k", "expire k 200 nx", "expire k 200 gt", "expire k 100 gt", "ttl k", "expire k 300 lt", "expire k 50 lt", "ttl k", "expire k 60 xx", "ttl k", "expire k 60 nx xx", "expire k 60 gt lt", "expire k 60 nx gt", "expire k 60 foo", "expire k x foo", "expire k x", "expire k 9223372036854775807", "pexpire k 9223372036854775807", "expire k -9223372036854775808", "pexpire k 9223372036854775807 gt gt", "expire k 70 xx gt", "ttl k",
		},
		"rename": {
			"set a 1", "rename a b", "exists a", "get b", "rename none b", "rename a a", "rename b b", "get b", "set c 3", "rename b c", "get c", "renamenx c c", "renamenx c d", "set c 1", "renamenx c d", "renamenx none d", "renamenx d e", "expire e 100", "rename e f", "ttl f", "set g 1", "rename g f", "ttl f", "rename a", "renamenx a", "rpush l x", "rename l f", "type f",
		},
		"copy": {
			"set a 1", "copy a b", "get b", "copy a b", "set a 2", "copy a b replace", "get b", "copy none x", "copy a a", "copy a a db 0", "copy a a db 1", "copy a a db 1", "copy a a db 1 replace", "select 1", "get a", "select 0", "copy a b db 16", "copy a b db x", "copy a b db -1", "copy a b foo", "copy a b db", "copy a", "expire a 100", "copy a c", "ttl c", "rpush l 1 2 3", "copy l m", "rpush m 4", "lrange l 0 -1", "lrange m 0 -1", "copy l a", "copy l a replace", "type a", "copy a b db 99999999999",
		},
		"move": {
			"set a 1", "expire a 100", "move a 1", "exists a", "move a 1", "select 1", "get a", "ttl a", "move a 1", "set b 1", "select 0", "set b 2", "move b 1", "move b 16", "move b x", "move b", "move b -1", "get b", "select 1", "flushdb", "select 0", "get b",
		},
		"one key": {"randomkey", "set a 1", "randomkey", "randomkey x", "scan 0", "scan 0 count 100", "keys *", "dbsize"},
		"keys":    {"keys *", "set abc 1", "keys a*", "keys b*", "keys a?c", "keys a[b]c", "keys", "keys a b", "keys abc", "keys ''", "set '' 1", "keys ''", "expire abc 100", "keys abc"},
		"scan": {
			"scan 0", "set abc 1", "scan 0 match a*", "scan 0 match b*", "scan 0 type string", "scan 0 type list", "scan 0 type foo", "scan 0 type STRING", "scan 0 count 0", "scan 0 count -1", "scan 0 count x", "scan 0 count", "scan 0 foo 1", "scan x", "scan ''", "scan 1x", "scan 99999999999999999999999", "scan", "scan 0 match a* count 5 type string", "scan 0 count 1 foo", "scan 0 match * count 100",
		},
		"types": {"type none", "set s x", "type s", "rpush l x", "type l", "type"},
	})
}
