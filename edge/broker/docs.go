package broker

import (
	"compress/flate"
	_ "embed"
	"io"
	"strings"
)

//go:generate gzip -9nkf docs.txt

// docs has a line for each command: its name, since which version of Redis it is
// there, and what it does. Few ever ask for it, so it is kept in a quarter of its
// size.
//
//go:embed docs.txt.gz
var docs string

// documentation returns what docs says of each command, by its name.
func documentation() (map[string]string, error) {
	// Behind a header of ten bytes, if it tells no file's name (RFC 1952, 2.3).
	text, err := io.ReadAll(flate.NewReader(strings.NewReader(docs[10:])))
	said := make(map[string]string)
	for line := range strings.Lines(string(text)) {
		name, what, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		said[name] = what
	}
	return said, err
}

func commandDocs(c *client, args [][]byte) {
	said, err := documentation()
	if err != nil {
		c.errorText("ERR the documentation cannot be read: " + err.Error())
		return
	}
	cmds := c.b.table.parts(nil)
	if len(args) > 2 {
		cmds = nil
	}
	for _, name := range args[2:] {
		if cmd := c.b.table.named(string(name)); cmd != nil {
			cmds = append(cmds, cmd)
		}
	}
	c.document(cmds, said)
}

// document replies what is said of the commands, each with its subcommands.
func (c *client) document(cmds []*command, said map[string]string) {
	c.mapping(len(cmds))
	for _, cmd := range cmds {
		since, summary, _ := strings.Cut(said[cmd.name], " ")
		parts := c.b.table.parts(cmd)
		fields := 3
		if parts != nil {
			fields++
		}
		c.bulk(cmd.name)
		c.mapping(fields)
		c.field("summary", summary)
		c.field("since", since)
		c.field("group", groupNames[cmd.group])
		if parts != nil {
			c.bulk("subcommands")
			c.document(parts, said)
		}
	}
}
