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

// admit gives a Redis users, one a line as ParseUsers reads them, the default one last.
func admit(t *testing.T, redis, lines string) {
	t.Helper()
	control := dial(t, redis)
	for line := range strings.Lines(lines) {
		words := strings.Fields(line)
		if got := control.do(append([]string{"ACL", "SETUSER", words[1], "reset"}, words[2:]...)...); got.Failed() {
			t.Fatalf("%s: %s", line, got.Bytes)
		}
	}
}

func TestDifferentialACL(t *testing.T) {
	const hashX = "#2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
	for name, c := range map[string]struct {
		users  string
		script []string
	}{
		"login": {"user a on >x +@all ~* &*\nuser b >x +@all\nuser c on nopass +acl|whoami +ping", []string{
			"acl whoami", "acl whoami x", "acl foo", "acl", "auth a y", "auth b x", "auth nobody x", "auth x", "acl whoami", "auth a x", "acl whoami", "client list id 999", "client setname bob", "reset", "acl whoami", "hello 3 auth a y", "hello 3 auth a x setname bob", "acl whoami",
			"reset", "auth c anything", "ping", "acl whoami", "get k", "reset", "auth a x", "reset", "config get requirepass", "config set requirepass p", "get k", "reset", "get k", "auth q", "auth p", "get k", "config get requirepass",
			"config set requirepass ''", "get k", "reset", "get k", "client kill user nobody", "client kill user a",
		}},
		"nobody": {"user a on >x +@all ~* &*\nuser default off", []string{"get k", "ping", "auth default ''", "auth x", "auth a x", "get k", "reset", "get k", "hello 3", "hello 3 auth a x", "get k"}},
		"passwords": {"user a on >x >y\nuser b on >x nopass\nuser c on nopass >x\nuser d on >x resetpass\nuser e on nopass resetpass >y\nuser f on " + hashX + "\nuser g on >x reset\nuser h ON NOPASS off on", []string{
			"auth a x", "auth a y", "auth a z", "auth b z", "auth c x", "auth c z", "auth d x", "auth d z", "auth e y", "auth e z", "auth f x", "auth f z", "auth g x", "auth h z", "auth b ''", "auth a ''", "ping",
		}},
		"denied": {"user a on >x ~app:* &door* +@read -@dangerous +publish +subscribe +psubscribe +unsubscribe +ssubscribe +spublish +client|id +blpop +xread +eval -mget", []string{
			"auth a x",
			"get x", "get app:x", "set app:x y", "keys *", "client list", "client id x", "client foo", "client", "foo", "get", "acl whoami", "dbsize", "mget app:1", "exists app:1 b", "xread streams app:1 b 0 0", "blpop l 1", "eval x 1 l", "auth a y", "ping", "echo a",
			"publish door x", "publish hall x", "publish door1 x", "psubscribe d*", "psubscribe hall", "spublish hall x", "spublish door x", "subscribe hall", "subscribe door1 hall", "psubscribe door*", "unsubscribe hall", "subscribe door1", "subscribe hall", "ssubscribe hall", "ssubscribe door", "reset", "acl whoami",
		}},
		"transactions": {"user a on >x ~app:* &door +@transaction +get +set +publish +auth +client|id\nuser c on nopass ~* &* +@all", []string{
			"auth a x", "multi", "get app:1", "get b", "exec", "multi", "get app:1", "del app:1", "set app:1 x", "exec", "multi", "auth nobody x", "get app:1", "exec", "multi", "publish hall x", "exec",
			"multi", "auth c x", "set app:2 x", "publish door x", "auth a x", "set app:3 x", "exec", "acl whoami", "auth c x", "multi", "auth a x", "set k x", "get app:2", "del app:2", "publish hall x", "auth c x", "del app:2", "exec",
			"auth a x", "watch k", "watch app:1", "multi", "get app:1", "exec",
		}},
		"no exec": {"user a on >x ~app:* +@transaction -exec +get", []string{"auth a x", "multi", "get app:1", "exec", "get app:1", "exec"}},
	} {
		for _, proto := range []string{"2", "3"} {
			t.Run(name+" "+proto, func(t *testing.T) {
				redis := redistest.Start(t).Addr
				admit(t, redis, c.users)
				// It logs in again with every hello that it is asked for.
				compare(t, redis, broker.Config{Users: users(t, c.users)}, append([]string{"hello " + proto}, c.script...))
			})
		}
	}
}

// What is wrong with a rule is said in the words of Redis.
func TestWrongRules(t *testing.T) {
	redis := dial(t, redistest.Start(t).Addr)
	const hash = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
	for _, rules := range []string{
		"+foo", "-foo", "+@foo", "-@foo", "foo", "%~a", "%X~a", "%RR~a", "~", "&", ">", "#", "#abc", "#" + hash, "#" + strings.ToUpper(hash), "#" + hash + "2", "+client|foo", "-client|foo", "-get|x", "+", "-", "+@", "%~", "%",
		"~* ~y", "%R~* ~y", "&* &y", "ALLKEYS %W~y", "allchannels &y", "~* resetkeys ~y", "&* resetchannels &y &y", "+@all -@all", "+GET -CLIENT|kill +@Read", "%wr~a %Wr~b", "clearselectors skip-sanitize-payload sanitize-payload", "ON off NoPass Reset allcommands",
	} {
		want := redis.do(append([]string{"ACL", "SETUSER", "a", "reset"}, strings.Fields(rules)...)...)
		_, theirs, _ := strings.Cut(string(want.Bytes), "': ")
		ours := ""
		if _, err := broker.ParseUsers("user a " + rules); err != nil {
			_, ours, _ = strings.Cut(err.Error(), "a: ")
			_, ours, _ = strings.Cut(ours, ": ")
		}
		if ours != theirs {
			t.Errorf("%s: got %q, want %q", rules, ours, theirs)
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

// tryOut asks what becomes of commands in a transaction, which is given up before
// it runs them.
func tryOut(p *peer, lines [][]string) (replies []string) {
	var all []byte
	for _, line := range lines {
		all = resp.AppendCommand(all, "MULTI")
		all = resp.AppendCommand(all, line...)
		all = resp.AppendCommand(all, "DISCARD")
	}
	if _, err := p.conn.Write(all); err != nil {
		p.t.Fatal(err)
	}
	for range lines {
		p.read()
		reply := p.read()
		replies = append(replies, fmt.Sprintf("%c%s", reply.Kind, reply.Bytes))
		p.read()
	}
	return replies
}

// triable leaves out commands that end what tryOut does.
func triable(names []string) []string {
	return slices.DeleteFunc(names, func(name string) bool { return name == "quit" || name == "reset" })
}

// enrol gives both servers users, and returns a client of each of them.
func enrol(t *testing.T, redis string, rules ...string) (theirs, ours []*peer) {
	t.Helper()
	var lines []string
	for i, r := range rules {
		lines = append(lines, fmt.Sprintf("user %d on nopass %s", i, r))
	}
	text := strings.Join(lines, "\n")
	admit(t, redis, text)
	_, addr := serve(t, broker.Config{Users: users(t, text)})
	login := func(addr string, i int) *peer {
		p := dial(t, addr)
		if got := p.do("AUTH", fmt.Sprint(i), "any"); got.Failed() {
			t.Fatalf("%s: %s", rules[i], got.Bytes)
		}
		return p
	}
	for i := range rules {
		theirs, ours = append(theirs, login(redis, i)), append(ours, login(addr, i))
	}
	return theirs, ours
}

// Every command is allowed and denied keys and channels as in Redis.
func TestACLKeys(t *testing.T) {
	redis := redistest.Start(t).Addr
	rules := []string{"+@all", "~a", "%R~a %W~b", "%W~a %R~b", "%R~a %R~b %R~c", "%W~a %W~b %W~c", "~a %R~b %R~c", "~a %W~b", "~b ~c &a", "%R~[abc] ~a &[ab] &c", "%R~a %W~a &a &b", "~*", "&*"}
	for i := range rules {
		rules[i] += " +@all"
	}
	theirs, ours := enrol(t, redis, rules...)
	_, addr := serve(t, broker.Config{})
	for _, name := range triable(subjects(t, dial(t, redis), dial(t, addr))) {
		lines := samples(name)
		for i, rule := range rules {
			want, got := tryOut(theirs[i], lines), tryOut(ours[i], lines)
			for k, line := range lines {
				if got[k] != want[k] {
					t.Errorf("%s: %q\n got %q\nwant %q", rule, line, got[k], want[k])
				}
			}
		}
	}
}

// Any sequence of rules about commands allows the same commands as in Redis.
func TestACLRandomRules(t *testing.T) {
	redis := redistest.Start(t).Addr
	_, addr := serve(t, broker.Config{})
	control := dial(t, redis)
	var lines [][]string // of every command one that is complete
	targets := []string{"@all", "client", "client", "config", "object", "xinfo", "acl"}
	for _, name := range triable(subjects(t, control, dial(t, addr))) {
		targets = append(targets, name)
		line := strings.Split(name, "|")
		for tries := 0; tries < 8 && control.do(append([]string{"ACL", "DRYRUN", "default"}, line...)...).Failed(); tries++ {
			line = append(line, "1")
		}
		lines = append(lines, line)
	}
	for _, category := range words(control.do("ACL", "CAT")) {
		targets = append(targets, "@"+category, "@"+category, "@"+category)
	}
	dice := rand.New(rand.NewPCG(7, 7))
	for round := range 40 {
		rules := []string{"~*", "&*"}
		for range 1 + dice.IntN(12) {
			rules = append(rules, string("+-"[dice.IntN(2)])+targets[dice.IntN(len(targets))])
		}
		theirs, ours := enrol(t, redis, strings.Join(rules, " ")+" +multi +discard")
		want, got := tryOut(theirs[0], lines), tryOut(ours[0], lines)
		for k, line := range lines {
			if got[k] != want[k] {
				t.Errorf("round %d, %v: %v\n got %q\nwant %q", round, rules, line, got[k], want[k])
			}
		}
	}
}
