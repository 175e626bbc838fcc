package broker

import "strings"

// category is one of Redis' sets of commands that ACL rules allow and forbid
// together. It follows from flags and group.
type category struct {
	name    string
	with    flag // any of them
	without flag
	group   group // 0: no matter which
}

// categories are in Redis' order. To some of them no command of the broker
// belongs.
var categories = [...]category{
	{name: "keyspace", with: keyspace},
	{name: "read", with: readonly},
	{name: "write", with: write},
	{name: "set", group: sets},
	{name: "sortedset", group: sortedSets},
	{name: "list", group: lists},
	{name: "hash", group: hashes},
	{name: "string", group: texts},
	{name: "bitmap"},
	{name: "hyperloglog"},
	{name: "geo"},
	{name: "stream", group: streams},
	{name: "pubsub", with: pubSub},
	{name: "admin", with: admin},
	{name: "fast", with: fast},
	{name: "slow", without: fast},
	{name: "blocking", with: blocking},
	{name: "dangerous", with: dangerous},
	{name: "connection", with: connecting, group: connections},
	{name: "transaction", group: transactions},
	{name: "scripting", group: scripting},
}

// categoryOf returns the category of a name, in whatever case, or nil.
func categoryOf(name string) *category {
	for i := range categories {
		if strings.EqualFold(categories[i].name, name) {
			return &categories[i]
		}
	}
	return nil
}

func (cat *category) holds(cmd *command) bool {
	return cmd.flags&cat.with != 0 || cat.without != 0 && cmd.flags&cat.without == 0 ||
		cat.group != 0 && cmd.group == cat.group && cmd.flags&container == 0
}

// categories are those of the command, as COMMAND tells them.
func (cmd *command) categories() (names []string) {
	for i := range categories {
		if cat := &categories[i]; cat.holds(cmd) {
			names = append(names, "@"+cat.name)
		}
	}
	return names
}
