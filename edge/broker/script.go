package broker

import (
	"crypto/sha1"
	"encoding/hex"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// script is one that the broker knows by its SHA1 and does itself. Others are
// not supported: there is no Lua here.
type script struct {
	sha        string
	keys, args int
	run        func(c *client, key []byte, args [][]byte)
}

// knownScripts are those of redis-py's Lock, 3.3 to 6, and of Lightbus 1.
var knownScripts = [...]script{
	{"c3f8721cbb97f72bc19e972846bd7aaf91901658", 1, 1, releaseLock},
	{"a4e8783852e6b949f9ef3a97212805108459a890", 1, 3, extendLock},
	{"1cac51482acf5858da00f6d685d68f886cd6b6b2", 1, 2, reacquireLock},
	{"582bedd3f4a6ee650b3fa96e431c63223563c131", 1, 1, destroyUnusedGroup},
}

// scriptOf returns the script with a SHA1 in any case, or nil.
func scriptOf(sha []byte) *script {
	for i := range knownScripts {
		if isWord(sha, knownScripts[i].sha) {
			return &knownScripts[i]
		}
	}
	return nil
}

const errScript = "ERR scripts are not supported by the embedded broker, but for those of redis-py's Lock and of Lightbus; use MULTI with WATCH, or a Redis server"

// holdsLock reports whether the lock's key has the token, or replies what the
// scripts reply when it does not.
func (c *client) holdsLock(key, token []byte) (e *entry, ok bool) {
	t, e, ok := held[*text](c, key)
	if !ok {
		return nil, false
	}
	if e == nil || string(t.b) != string(token) {
		c.int(0)
		return nil, false
	}
	return e, true
}

func releaseLock(c *client, key []byte, args [][]byte) {
	if e, ok := c.holdsLock(key, args[0]); ok {
		c.remove(e)
		c.effect("DEL", key)
		c.int(1)
	}
}

// extendLock adds milliseconds to the time a lock has left, or replaces it when
// the last argument is not 0.
func extendLock(c *client, key []byte, args [][]byte) {
	e, ok := c.holdsLock(key, args[0])
	if !ok {
		return
	}
	if e.expires == 0 {
		c.int(0)
		return
	}
	from := c.b.store.now()
	if string(args[2]) == "0" {
		from = e.expires
	}
	c.expireLock(e, from, args[1])
}

func reacquireLock(c *client, key []byte, args [][]byte) {
	if e, ok := c.holdsLock(key, args[0]); ok {
		c.expireLock(e, c.b.store.now(), args[1])
	}
}

func (c *client) expireLock(e *entry, from int64, milliseconds []byte) {
	n, ok := resp.ParseInt(milliseconds)
	if !ok {
		c.errorText(errNotInt)
		return
	}
	const most = 1 << 53 // of what Lua's numbers hold exactly
	c.expireAt(e, from+min(max(n, -most), most))
	c.int(1)
}

// destroyUnusedGroup removes a group of a stream that has no consumers.
func destroyUnusedGroup(c *client, key []byte, args [][]byte) {
	before := len(c.replies)
	_, g, _, ok := c.groupOf([][]byte{nil, nil, key, args[0]})
	if !ok {
		return
	}
	if len(g.Consumers()) == 0 {
		xgroupDestroy(c, [][]byte{nil, nil, key, args[0]})
		c.effect("XGROUP", []byte("DESTROY"), key, args[0])
	}
	c.replies = c.replies[:before]
	c.null()
}

func eval(c *client, args [][]byte) { c.runScript(digest(args[1]), errScript, args[2:]) }

func evalSHA(c *client, args [][]byte) {
	if len(args[1]) != 2*sha1.Size {
		c.errorText(errNoScript)
		return
	}
	c.runScript(args[1], errNoScript, args[2:])
}

const errNoScript = "NOSCRIPT No matching script. Please use EVAL."

func digest(body []byte) []byte {
	sum := sha1.Sum(body)
	return hex.AppendEncode(nil, sum[:])
}

func (c *client) runScript(sha []byte, unknown string, args [][]byte) {
	n, ok := resp.ParseInt(args[0])
	args = args[1:]
	s := scriptOf(sha)
	switch {
	case !ok:
		c.errorText(errNotInt)
	case n > int64(len(args)):
		c.errorText("ERR Number of keys can't be greater than number of args")
	case n < 0:
		c.errorText("ERR Number of keys can't be negative")
	case s == nil:
		c.errorText(unknown)
	case int(n) != s.keys || len(args)-int(n) < s.args:
		c.errorf("ERR this script wants %d keys and %d arguments", s.keys, s.args)
	default:
		s.run(c, args[0], args[n:])
	}
}

func scriptExists(c *client, args [][]byte) {
	c.array(len(args) - 2)
	for _, sha := range args[2:] {
		c.truth(scriptOf(sha) != nil)
	}
}

func scriptLoad(c *client, args [][]byte) {
	sha := digest(args[2])
	if scriptOf(sha) == nil {
		c.errorText(errScript)
		return
	}
	c.bytes(sha)
}
