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
	fmt.Println(len(users), "users,", b.Stats().Clients, "clients")
	// Output: 2 users, 0 clients
}

func TestParseUsers(t *testing.T) {
	for in, want := range map[string]string{
		"":                      "",
		"user a":                "",
		"\t# x\nuser a on +GET": "",
		"users a":               `line 1: want "user NAME", and rules behind it`,
		"user":                  `line 1: want "user NAME", and rules behind it`,
		"user a\nuser a":        "line 2: user a is there already",
		"user a >secret +foo":   "line 1: user a: +foo: Unknown command or category name in ACL",
		"user a >x <x":          "line 1: user a: <...: Syntax error",
		"user a (+get":          "line 1: user a: (+get: Selectors are not supported by the embedded broker",
		"user a +select|0":      "line 1: user a: +select|0: Allowing first-arg of a command is not supported by the embedded broker",
	} {
		got := ""
		if _, err := broker.ParseUsers(in); err != nil {
			got = strings.TrimPrefix(err.Error(), "broker: users: ")
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// Any text is users, one for each line that begins with the word, or an error.
func FuzzParseUsers(f *testing.F) {
	f.Add("user alice on >secret ~app:* %R~shared:* &door* +@read -@dangerous +publish -client|kill")
	f.Add("user a (+get ~x)\nuser b reset nopass allcommands resetkeys #00 !00 <x")
	f.Fuzz(func(t *testing.T, text string) {
		users, err := broker.ParseUsers(text)
		if err != nil {
			return
		}
		want := 0
		for line := range strings.SplitSeq(text, "\n") {
			if words := strings.Fields(line); len(words) > 0 && words[0] == "user" {
				want++
			}
		}
		if len(users) != want {
			t.Errorf("got %d users, want %d", len(users), want)
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
