package broker_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/broker"
	"github.com/daebus/daebus-go/edge/internal/redistest"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

func TestDifferentialACL(t *testing.T) {
	for name, script := range map[string][]string{
		"rules": {
			"acl setuser a", "acl list", "acl setuser a on >x ~app:* &d*", "acl list", "acl getuser a", "acl setuser a >x >y #2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881", "acl getuser a", "acl setuser a <x", "acl setuser a <x", "acl setuser a !2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881", "acl setuser a resetpass", "acl list",
			"acl setuser a %R~r %W~w %RW~rw %wr~wr", "acl setuser a %W~r ~app:*", "acl list", "acl setuser a ~*", "acl setuser a ~y", "acl setuser a resetkeys ~y", "acl setuser a &*", "acl setuser a &y", "acl setuser a resetchannels &y &y", "acl list", "acl setuser a allkeys allchannels allcommands nopass", "acl list", "acl getuser a",
			"acl setuser a nocommands off", "acl list", "acl setuser a reset", "acl list", "acl setuser a +get", "acl list", "acl setuser a -get", "acl setuser a +@all -get", "acl setuser a +@all", "acl list", "acl users", "acl getuser nobody", "acl getuser", "acl setuser",
		},
		"wrong rules": {
			"acl setuser a +foo", "acl setuser a -foo", "acl setuser a +@foo", "acl setuser a -@foo", "acl setuser a foo", "acl setuser a ''", "acl setuser a '~a b'", "acl setuser a '&a b'", "acl setuser a %~a", "acl setuser a %X~a", "acl setuser a #abc", "acl setuser a !abc",
			"acl setuser a #2D711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881", "acl setuser a #2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a48812", "acl setuser a +client|", "acl setuser a +client|foo", "acl setuser a -client|foo", "acl setuser a +client|id|x", "acl setuser a -get|x", "acl setuser 'a b' on", "acl setuser \"a\\x00\" on",
			"acl setuser b on +foo", "acl getuser b", "acl deluser default", "acl deluser nobody", "acl foo", "acl", "acl whoami x", "acl cat foo", "acl cat a b", "acl cat", "acl genpass 0", "acl genpass x", "acl genpass 4097", "acl genpass 1 2", "acl log x", "acl log 1 2", "acl log -1", "acl log",
		},
		"login": {
			"acl setuser a on >x +@all ~* &*", "acl setuser b >x +@all", "acl setuser c on nopass +acl|whoami +ping", "acl whoami", "auth a y", "auth b x", "auth nobody x", "auth x", "acl whoami", "auth a x", "acl whoami", "client list id 999", "client setname bob", "reset", "acl whoami", "hello 3 auth a y", "hello 3 auth a x setname bob", "acl whoami",
			"reset", "auth c anything", "ping", "acl whoami", "get k", "reset", "auth a x", "acl setuser a off", "acl whoami", "auth a x", "reset", "config get requirepass", "config set requirepass p", "acl getuser default", "get k", "reset", "get k", "auth q", "auth p", "get k", "config get requirepass",
			"acl setuser default nopass", "config get requirepass", "auth p", "config set requirepass ''", "acl getuser default", "acl setuser default off", "get k", "reset", "get k", "auth a x", "auth default ''", "auth b x", "auth c x", "ping",
		},
		"denied": {
			"acl setuser a on >x ~app:* &door* +@read -@dangerous +publish +subscribe +psubscribe +unsubscribe +ssubscribe +spublish +client|id +blpop +xread +eval -mget", "auth a x",
			"get x", "get app:x", "set app:x y", "keys *", "client list", "client id x", "client foo", "client", "foo", "get", "acl whoami", "dbsize", "mget app:1", "exists app:1 b", "xread streams app:1 b 0 0", "blpop l 1", "eval x 1 l", "auth a y", "ping", "echo a",
			"publish door x", "publish hall x", "publish door1 x", "psubscribe d*", "psubscribe hall", "spublish hall x", "spublish door x", "subscribe hall", "subscribe door1 hall", "psubscribe door*", "unsubscribe hall", "subscribe door1", "subscribe hall", "ssubscribe hall", "ssubscribe door", "reset", "acl whoami",
		},
		"transactions": {
			"acl setuser a on >x ~app:* +@transaction +get +set +auth +client|id", "auth a x", "multi", "get app:1", "get b", "exec", "multi", "get app:1", "del app:1", "set app:1 x", "exec", "multi", "auth c x", "get app:1", "exec",
			"reset", "acl setuser c on nopass ~* +@all", "acl setuser a ~app:*", "auth a x", "multi", "auth c x", "set app:2 x", "set k x", "auth a x", "set app:3 x", "set k x", "exec", "acl whoami", "exec", "watch k", "watch app:1", "multi", "auth c x", "acl setuser a -get -set resetkeys", "auth a x", "get app:1", "exec",
			"reset", "acl setuser a -exec ~app:* +get", "auth a x", "multi", "get app:1", "exec", "get app:1", "exec",
		},
		"log": {
			"acl setuser a on >x ~app:* &door* +get +publish +@transaction", "auth a y", "auth nobody x", "auth a x", "get x", "get x", "get y", "get x", "set k v", "publish x y", "multi", "get x", "publish x y", "set x y", "exec", "reset", "hello 3 auth a y", "hello 2", "acl log", "acl log 2", "acl log 0", "acl log reset", "acl log",
			"client kill user nobody", "client kill user a", "acl deluser a nobody a b",
		},
		"deleted": {"acl setuser a on >x +@all", "auth a x", "acl deluser a", "ping"},
	} {
		for _, proto := range []string{"2", "3"} {
			t.Run(name+" "+proto, func(t *testing.T) {
				compare(t, redistest.Start(t).Addr, broker.Config{}, append([]string{"hello " + proto}, script...))
			})
		}
	}
}

// subjects are the commands that both servers know, by full name.
func subjects(t *testing.T, theirs, ours *peer) (names []string) {
	t.Helper()
	known := make(map[string]string)
	describe(theirs.do("COMMAND"), known)
	for _, cmd := range theirs.do("COMMAND").Elems {
		describe(cmd, known)
	}
	for _, cmd := range ours.do("COMMAND").Elems {
		mine := make(map[string]string)
		describe(cmd, mine)
		for name := range mine {
			if _, ok := known[name]; ok {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// A category has the same commands in both servers.
func TestACLCategories(t *testing.T) {
	redis := redistest.Start(t)
	_, addr := serve(t, broker.Config{})
	theirs, ours := dial(t, redis.Addr), dial(t, addr)
	both := subjects(t, theirs, ours)
	for _, category := range words(theirs.do("ACL", "CAT")) {
		want := words(theirs.do("ACL", "CAT", category))
		want = slices.DeleteFunc(want, func(name string) bool { return !slices.Contains(both, name) })
		got := words(ours.do("ACL", "CAT", category))
		got = slices.DeleteFunc(got, func(name string) bool { return !slices.Contains(both, name) })
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s\n got %v\nwant %v", category, got, want)
		}
	}
}

// samples are arguments that make keys of every command be found, or not.
func samples(name string) (lines [][]string) {
	command := strings.Split(name, "|")
	args := []string{"a", "b", "c", "d", "e", "f"}
	for n := range len(args) + 1 {
		lines = append(lines, append(slices.Clone(command), args[:n]...))
		for i := range n {
			for _, number := range []string{"2", "9"} {
				line := append(slices.Clone(command), args[:n]...)
				line[len(command)+i] = number
				lines = append(lines, line)
			}
		}
	}
	for _, more := range []string{
		"a v get", "a v ex 10 GET", "a get", "streams a b 0 0", "count 1 block 2 streams b 0", "streams a b 0", "streams a", "group g c block 1 count 2 streams b c 0 0",
	} {
		lines = append(lines, append(slices.Clone(command), strings.Fields(more)...))
	}
	if name == "xreadgroup" {
		lines = append(lines, strings.Fields("xreadgroup group streams x noack streams a b > >"))
		lines = append(lines, strings.Fields("xreadgroup group g streams streams b >"))
	}
	return lines
}

// tryOut asks what would become of a command of each of so many users.
func tryOut(p *peer, users int, line []string) (replies []string) {
	var all []byte
	for i := range users {
		all = resp.AppendCommand(all, append([]string{"ACL", "DRYRUN", fmt.Sprint(i)}, line...)...)
	}
	p.conn.Write(all)
	for range users {
		reply := p.read()
		replies = append(replies, fmt.Sprintf("%c%s", reply.Kind, reply.Bytes))
	}
	return replies
}

// Every command is allowed and denied keys and channels as in Redis.
func TestACLKeys(t *testing.T) {
	redis := redistest.Start(t)
	_, addr := serve(t, broker.Config{})
	theirs, ours := dial(t, redis.Addr), dial(t, addr)
	users := []string{"none", "~a", "%R~a %W~b", "%W~a %R~b", "%R~a %R~b %R~c", "%W~a %W~b %W~c", "~a %R~b %R~c", "~a %W~b", "~b ~c &a", "%R~[abc] ~a &[ab] &c", "~*", "&*"}
	for _, p := range []*peer{theirs, ours} {
		for i, rules := range users {
			rules = strings.ReplaceAll(rules, "none", "on")
			p.do(append([]string{"ACL", "SETUSER", fmt.Sprint(i), "+@all"}, strings.Fields(rules)...)...)
		}
	}
	for _, name := range subjects(t, theirs, ours) {
		for _, line := range samples(name) {
			want, got := tryOut(theirs, len(users), line), tryOut(ours, len(users), line)
			for i := range users {
				if got[i] != want[i] {
					t.Errorf("%s: %q\n got %q\nwant %q", users[i], line, got[i], want[i])
				}
			}
		}
	}
}

// Any sequence of rules about commands allows the same commands as in Redis, and
// is read again as it was told.
func TestACLRandomRules(t *testing.T) {
	redis := redistest.Start(t)
	_, addr := serve(t, broker.Config{})
	theirs, ours := dial(t, redis.Addr), dial(t, addr)
	var lines [][]string // of every command one that is complete
	targets := []string{"@all", "client", "client", "config", "object", "xinfo", "acl"}
	for _, name := range subjects(t, theirs, ours) {
		targets = append(targets, name)
		line := strings.Split(name, "|")
		for tries := 0; tries < 8 && theirs.do(append([]string{"ACL", "DRYRUN", "default"}, line...)...).Failed(); tries++ {
			line = append(line, "1")
		}
		lines = append(lines, line)
	}
	for _, category := range words(theirs.do("ACL", "CAT")) {
		targets = append(targets, "@"+category, "@"+category, "@"+category)
	}
	dice := rand.New(rand.NewPCG(7, 7))
	for round := range 40 {
		rules := []string{"reset", "~*", "&*"}
		for range 1 + dice.IntN(12) {
			rules = append(rules, string("+-"[dice.IntN(2)])+targets[dice.IntN(len(targets))])
		}
		for _, p := range []*peer{theirs, ours} {
			if got := p.do(append([]string{"ACL", "SETUSER", "0"}, rules...)...); got.Failed() {
				t.Fatalf("%v: %s", rules, got.Bytes)
			}
		}
		for _, line := range lines {
			if want, got := tryOut(theirs, 1, line), tryOut(ours, 1, line); got[0] != want[0] {
				t.Errorf("round %d, %v: %v\n got %q\nwant %q", round, rules, line, got[0], want[0])
			}
		}
		told := words(ours.do("ACL", "LIST"))
		users, err := broker.ParseUsers(strings.Join(told, "\n"))
		if err != nil || users[0].String() != told[0] {
			t.Errorf("told %q, read %v, %v", told, users, err)
		}
	}
}
