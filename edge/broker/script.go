package broker

import (
	"crypto/sha1"
	"encoding/hex"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// script is one that the broker knows by its SHA1 and does itself, with one key.
// Others are not supported: there is no Lua here.
type script struct {
	sha  string
	args int // that run gets
	run  func(c *client, key []byte, args [][]byte)
}

// knownScripts are those of redis-py's Lock, 3.3 to 6, to release, extend and
// reacquire one, and that of Lightbus 1.
var knownScripts = [...]script{
	{"c3f8721cbb97f72bc19e972846bd7aaf91901658", 1, changeLock},
	{"a4e8783852e6b949f9ef3a97212805108459a890", 3, changeLock},
	{"1cac51482acf5858da00f6d685d68f886cd6b6b2", 2, changeLock},
	{"582bedd3f4a6ee650b3fa96e431c63223563c131", 1, destroyUnusedGroup},
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

const (
	errScript   = "ERR scripts are not supported by the embedded broker, but for those of redis-py's Lock and of Lightbus; use MULTI with WATCH, or a Redis server"
	errNoScript = "NOSCRIPT No matching script. Please use EVAL."
)

// changeLock does with a lock, while its key has the token, what the number of
// arguments says: the token alone releases it, milliseconds behind it are the time
// it has from now on, and of three the milliseconds are added to the time it has
// left, unless the last is not 0.
func changeLock(c *client, key []byte, args [][]byte) {
	t, e, ok := held[*text](c, key)
	extends := len(args) == 3
	switch {
	case !ok:
		return
	case e == nil || string(t.b) != string(args[0]) || extends && e.expires == 0:
		c.int(0)
		return
	case len(args) == 1:
		c.remove(e)
		c.effect("DEL", key)
		c.int(1)
		return
	}
	n, ok := resp.ParseInt(args[1])
	if !ok {
		c.errorText(errNotInt)
		return
	}
	from := c.b.store.now()
	if extends && string(args[2]) == "0" {
		from = e.expires
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
		c.effect("XGROUP DESTROY", key, args[0])
	}
	c.replies = c.replies[:before]
	c.null()
}

// eval is EVAL and EVALSHA.
func eval(c *client, args [][]byte) {
	sha, unknown := args[1], errNoScript
	if c.last.name == "eval" {
		sha, unknown = digest(sha), errScript
	}
	n, ok := resp.ParseInt(args[2])
	args = args[3:]
	s := scriptOf(sha)
	switch {
	case len(sha) != hex.EncodedLen(sha1.Size):
		c.errorText(errNoScript)
	case !ok:
		c.errorText(errNotInt)
	case n > int64(len(args)):
		c.errorText("ERR Number of keys can't be greater than number of args")
	case n < 0:
		c.errorText("ERR Number of keys can't be negative")
	case s == nil:
		c.errorText(unknown)
	case n != 1 || len(args) <= s.args:
		c.errorf("ERR this script wants 1 key and %d arguments", s.args)
	default:
		s.run(c, args[0], args[1:1+s.args])
	}
}

func digest(body []byte) []byte {
	h := sha1.New()
	h.Write(body)
	return []byte(hex.EncodeToString(h.Sum(nil)))
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
