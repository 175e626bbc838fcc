package broker_test

import (
	"fmt"
	"testing"

	"github.com/daebus/daebus-go/edge/broker"
	"github.com/daebus/daebus-go/edge/internal/redistest"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

// What COMMAND tells is what Redis tells: arity, flags, keys, categories, and
// the documentation's summary, first version and group. Tips and key
// specifications are left out.
func TestCommandTable(t *testing.T) {
	redis := redistest.Start(t)
	_, addr := serve(t, broker.Config{})
	theirs, ours := dial(t, redis.Addr), dial(t, addr)
	for _, p := range []*peer{theirs, ours} {
		p.do("HELLO", "3")
	}
	var names []string
	for _, cmd := range ours.do("COMMAND").Elems {
		names = append(names, string(cmd.Elems[0].Bytes))
	}
	if len(names) < 40 {
		t.Errorf("only %d commands", len(names))
	}
	for _, name := range names {
		info := func(p *peer) (cmds map[string]string) {
			cmds = make(map[string]string)
			describe(p.do("COMMAND", "INFO", name).Elems[0], cmds)
			return cmds
		}
		docs := func(p *peer) (cmds map[string]string) {
			cmds = make(map[string]string)
			document(p.do("COMMAND", "DOCS", name), cmds)
			return cmds
		}
		for _, what := range []func(*peer) map[string]string{info, docs} {
			want := what(theirs)
			for cmd, got := range what(ours) {
				if want, ok := want[cmd]; ok && got != want {
					t.Errorf("%s\n got %s\nwant %s", cmd, got, want)
				}
			}
		}
	}
}

// describe gathers a reply of COMMAND INFO by command and subcommand.
func describe(r resp.Reply, cmds map[string]string) {
	if len(r.Elems) < 10 {
		return
	}
	e := r.Elems
	cmds[string(e[0].Bytes)] = fmt.Sprint(e[1].Int, words(e[2]), e[3].Int, e[4].Int, e[5].Int, words(e[6]))
	for _, sub := range e[9].Elems {
		describe(sub, cmds)
	}
}

func document(r resp.Reply, cmds map[string]string) {
	for i := 0; i+1 < len(r.Elems); i += 2 {
		fields := make(map[string]string)
		for j, f := 0, r.Elems[i+1].Elems; j+1 < len(f); j += 2 {
			if name := string(f[j].Bytes); name == "subcommands" {
				document(f[j+1], cmds)
			} else {
				fields[name] = string(f[j+1].Bytes)
			}
		}
		cmds[string(r.Elems[i].Bytes)] = fmt.Sprint(fields["summary"], ", ", fields["since"], ", ", fields["group"])
	}
}

func words(r resp.Reply) (words []string) {
	for _, e := range r.Elems {
		words = append(words, string(e.Bytes))
	}
	return words
}
