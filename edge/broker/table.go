package broker

import "strings"

// rows are all commands, each container before its subcommands. The linker lays
// them out: nothing is made when a program starts.
var rows = [...][]command{
	connectionCommands,
	pubsubCommands,
	keyCommands,
	stringCommands,
	listCommands,
	transactionCommands,
	streamCommands,
	hashCommands,
	setCommands,
	sortedCommands,
	scriptCommands,
	serverCommands,
	aclCommands,
}

// table finds what the broker knows by name: a command, and a subcommand by
// "parent|name".
type table struct {
	rows           [][]command // for the commands in it, that cannot name it
	commands, subs map[string]*command
}

func newTable() table {
	t := table{rows[:], make(map[string]*command), make(map[string]*command)}
	for _, cmds := range rows {
		for i := range cmds {
			cmd, names := &cmds[i], t.commands
			if cmd.isSub() {
				names = t.subs
			}
			names[cmd.name] = cmd
		}
	}
	return t
}

// isSub reports whether the command is part of a container.
func (cmd *command) isSub() bool { return strings.Contains(cmd.name, "|") }

// named finds a command or a subcommand by its full name in any case, or returns
// nil.
func (t *table) named(name string) *command {
	lower := strings.ToLower(name)
	if cmd := t.commands[lower]; cmd != nil {
		return cmd
	}
	return t.subs[lower]
}

// parts returns the subcommands of a container; of nil, all that are no
// subcommands.
func (t *table) parts(parent *command) (found []*command) {
	for _, cmds := range t.rows {
		for i := range cmds {
			cmd := &cmds[i]
			if parent == nil && !cmd.isSub() || parent != nil && isPart(cmd.name, parent.name) {
				found = append(found, cmd)
			}
		}
	}
	return found
}

// Flags that come together.
const (
	always   = noscript | loading | stale
	anytime  = loading | stale
	greeting = always | fast | noAuth | allowBusy
	manage   = admin | dangerous | always
	inMulti  = always | allowBusy | atOnce
	subMode  = pubSub | always | whileSubscribed
	keyWrite = write | fast | keyspace
	keyRead  = readonly | fast
	grow     = write | denyoom
)

// keySpec says which arguments are keys: the first, the last (negative: from the
// end) and the step between them, and those behind the argument that says how
// many follow; 0 = none does.
type keySpec struct{ first, last, step, countAt int8 }

func (k keySpec) span() (first, last, step int) { return int(k.first), int(k.last), int(k.step) }

var (
	noKeys        = keySpec{}
	oneKey        = keySpec{1, 1, 1, 0}
	allKeys       = keySpec{1, -1, 1, 0}
	allButLast    = keySpec{1, -2, 1, 0}
	pairs         = keySpec{1, -1, 2, 0}
	twoKeys       = keySpec{1, 2, 1, 0}
	secondKey     = keySpec{2, 2, 1, 0}
	counted       = keySpec{countAt: 1}
	countedSecond = keySpec{countAt: 2}
	oneAndCounted = keySpec{1, 1, 1, 2}
)
