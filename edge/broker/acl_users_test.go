package broker_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/broker"
)

func ExampleParseUsers() {
	users, err := broker.ParseUsers(`
		# The screen in the hall sees and does little.
		user hall on >secret ~hall:* &door* +@read +@pubsub
		user default off
	`)
	if err != nil {
		fmt.Println(err)
		return
	}
	b := broker.New(broker.Config{Users: users})
	fmt.Println(b.Stats().Clients, users[1])
	// Output: 0 user default off resetchannels -@all
}

func TestParseUsers(t *testing.T) {
	for in, want := range map[string]string{
		"":                      "",
		"user a":                "user a off resetchannels -@all",
		"\t# x\nuser a on +GET": "user a on resetchannels -@all +get",
		"user a +@read -get +client +client|id -client -@READ": "user a off resetchannels -@all -get -client -@read",
		"user a +@all -client|kill -client +client|id":         "user a off resetchannels +@all -client +client|id",
		"user a nopass ~* &*":                                  "user a off nopass ~* &* -@all",
		"users a":                                              `line 1: want "user NAME", and rules behind it`,
		"user":                                                 `line 1: want "user NAME", and rules behind it`,
		"user a\nuser a":                                       "line 2: user a is there already",
		"user a >secret +foo":                                  "line 1: user a: +foo: Unknown command or category name in ACL",
		"user a <secret":                                       "line 1: user a: <...: The password you are trying to remove from the user does not exist",
		"user a (+get":                                         "line 1: user a: (+get: Selectors are not supported by the embedded broker",
		"user a +select|0":                                     "line 1: user a: +select|0: Allowing first-arg of a command is not supported by the embedded broker",
	} {
		users, err := broker.ParseUsers(in)
		var got []string
		for _, u := range users {
			got = append(got, u.String())
		}
		if err != nil {
			got = append(got, strings.TrimPrefix(err.Error(), "broker: users: "))
		}
		if strings.Join(got, "\n") != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func FuzzParseUsers(f *testing.F) {
	f.Add("user alice on >secret ~app:* %R~shared:* &door* +@read -@dangerous +publish -client|kill")
	f.Add("user a (+get ~x)\nuser b reset nopass allcommands resetkeys #00 !00 <x")
	f.Fuzz(func(t *testing.T, text string) {
		users, err := broker.ParseUsers(text)
		if err != nil {
			return
		}
		for _, u := range users {
			again, err := broker.ParseUsers(u.String())
			if err != nil || again[0].String() != u.String() {
				t.Errorf("%s: read again: %v, %v", u, again, err)
			}
		}
	})
}

func users(t *testing.T, text string) []broker.User {
	t.Helper()
	users, err := broker.ParseUsers(text)
	if err != nil {
		t.Fatal(err)
	}
	return users
}

// Password and Users live together: a user named default takes its place.
func TestUsersAndPassword(t *testing.T) {
	_, addr := serve(t, broker.Config{Password: "p", Users: users(t, "user a on >x +get ~a")})
	a := dial(t, addr)
	for _, c := range []struct{ line, want string }{
		{"GET a", "NOAUTH Authentication required."},
		{"AUTH a p", "WRONGPASS invalid username-password pair or user is disabled."},
		{"AUTH a x", "OK"},
		{"SET a b", "NOPERM this user has no permissions to run the 'set' command"},
		{"GET b", "NOPERM this user has no permissions to access one of the keys used as arguments"},
		{"AUTH p", "OK"},
		{"ACL WHOAMI", "default"},
	} {
		if got := string(a.do(strings.Fields(c.line)...).Bytes); got != c.want {
			t.Errorf("%s: got %q, want %q", c.line, got, c.want)
		}
	}
	_, addr = serve(t, broker.Config{Password: "p", Users: users(t, "user default on nopass +ping")})
	d := dial(t, addr)
	if got := string(d.do("PING").Bytes); got != "PONG" {
		t.Errorf("got %q", got)
	}
	if got := d.do("GET", "k"); !got.Failed() {
		t.Error("default may do more than it was given")
	}
}

// A user that is deleted, or may no longer hear a channel, loses its clients:
// subscribers and those that wait too, and what they had sent already.
func TestUserLosesItsClients(t *testing.T) {
	b, addr := serve(t, broker.Config{Users: users(t, "user a on nopass +@all ~* &a &b\nuser b on nopass +@all ~* &*")})
	control := dial(t, addr)
	login := func(name string) *peer {
		p := dial(t, addr)
		p.do("AUTH", name, "any")
		return p
	}
	listens, stays, waits := login("a"), login("a"), login("b")
	listens.do("SUBSCRIBE", "b")
	stays.do("SUBSCRIBE", "a")
	waits.send("BLPOP", "l", "0")
	for blockedClients(control) == 0 {
	}
	control.do("ACL", "SETUSER", "a", "resetchannels", "&a")
	if _, err := listens.rd.ReadReply(); err == nil {
		t.Error("it is still subscribed to what it may not hear")
	}
	if n := control.do("PUBLISH", "a", "x").Int; n != 1 || stays.message() != "x" {
		t.Errorf("reached %d, want the one who may hear it", n)
	}
	if n := control.do("ACL", "DELUSER", "a", "b").Int; n != 2 {
		t.Errorf("deleted %d, want 2", n)
	}
	for name, p := range map[string]*peer{"subscriber": stays, "waiting": waits} {
		if _, err := p.rd.ReadReply(); err == nil {
			t.Errorf("%s: still connected", name)
		}
	}
	for b.Stats().Clients > 1 {
	}
	if n := control.do("RPUSH", "l", "x").Int; n != 1 {
		t.Errorf("%d elements, want 1: the deleted user took one", n)
	}
}

// A denied command blocks nobody, inside a transaction or out of it.
func TestDeniedDoesNotWait(t *testing.T) {
	_, addr := serve(t, broker.Config{Users: users(t, "user a on nopass +blpop +blmove ~mine %R~read")})
	p := dial(t, addr)
	p.do("AUTH", "a", "any")
	for _, line := range []string{"BLPOP mine other 0", "BLPOP read 0", "BLMOVE mine other LEFT LEFT 0", "BRPOP mine 0"} {
		if got := string(p.do(strings.Fields(line)...).Bytes); !strings.HasPrefix(got, "NOPERM ") {
			t.Errorf("%s: got %q", line, got)
		}
	}
}
