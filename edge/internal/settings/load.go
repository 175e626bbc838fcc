package settings

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
)

// A Source is where settings come from.
type Source struct {
	Service string
	File    string        // TOML file read if it is there and no other is named
	Flags   *flag.FlagSet // parses Args; flags defined there before are settings of the program's own; nil has none
	Args    []string      // the command line without the program's name
	Environ []string      // as NAME=value
}

// Loaded is what [Load] found.
type Loaded struct {
	// What the command line asks for instead of a run. With Help or Version
	// nothing else has been looked at.
	Help, Version, PrintConfig bool

	from    Source
	table   []Setting         // the caller's, then the program's own
	env     map[string]string // by variable
	origins map[string]origin // by key; none is a default
}

// An origin is where a value comes from.
type origin struct {
	rank int    // the higher wins
	name string // as it stands in an error and in --print-config
}

const (
	fromFile = iota + 1
	fromEnv
	fromFlag
)

// Load gives the settings in table the values found in the file, the environment
// and on the command line; the later of them wins. It returns every mistake
// found, joined, and what it found besides them, which is never nil. Defaults and
// the files of secrets are left to [Complete].
func Load(table []Setting, from Source) (*Loaded, error) {
	if from.Flags == nil {
		from.Flags = flag.NewFlagSet(from.Service, flag.ContinueOnError)
	}
	l := &Loaded{from: from, origins: map[string]origin{}}
	program := ownSettings(from.Flags)
	errs := l.define(table)
	l.table = append(table[:len(table):len(table)], program...)

	flags, errs := l.parse(errs)
	if l.Help || l.Version {
		return l, nil
	}
	errs = l.environment(errs)
	var file tomlFile
	if path := cmp.Or(flags["config"], l.env[prefix+"CONFIG"]); path != "" {
		file, errs = l.readFile(path, errs)
	} else if exists(from.File) {
		file, errs = l.readFile(from.File, errs)
	}
	for _, set := range l.table {
		errs = append(errs, l.choose(set, file, flags))
	}
	for _, set := range table {
		if k, ok := set.Kind.(secret); ok {
			errs = append(errs, l.settle(k, set.Key))
		}
	}
	return l, errors.Join(errs...)
}

// Getenv returns the variable name of the Source's environment, "" when it is
// not set.
func (l *Loaded) Getenv(name string) string { return l.env[name] }

// choose gives set the value of its highest origin, if it has any.
func (l *Loaded) choose(set Setting, file tomlFile, flags map[string]string) error {
	var text string
	var from origin
	if v, ok := file.values[set.Key]; ok {
		text, from = v, origin{fromFile, file.place(set.Key)}
	}
	if v := l.env[set.env()]; v != "" {
		text, from = v, origin{fromEnv, set.env()}
	}
	if v, ok := flags[set.flag()]; ok {
		text, from = v, origin{fromFlag, "--" + set.flag()}
	}
	if from.rank == 0 {
		return nil
	}
	l.origins[set.Key] = from
	if _, isOwn := set.Kind.(own); isOwn && from.rank == fromFlag {
		return nil // package flag has set it
	}
	if err := set.Set(text); err != nil {
		name := from.name
		if from.rank == fromFile {
			name += ": " + set.Key
		}
		return fmt.Errorf("config: %s=%.100q: %w", name, set.mask(text), err)
	}
	if from.rank == fromFile && file.open && set.mask(text) != text {
		return fmt.Errorf("config: %s: everybody can read the secret in %s; run: chmod o-r %s", from.name, set.Key, file.path)
	}
	return nil
}

// settle decides whether the secret key or its file counts: the one with the
// higher origin, and the other is dropped.
func (l *Loaded) settle(k secret, key string) error {
	value, file := l.origins[key], l.origins[key+"_file"]
	switch {
	case *k.p == "" || *k.file == "":
	case value.rank == file.rank:
		return fmt.Errorf("config: %s and %s: both give the %s; keep one", value.name, file.name, k.what)
	case value.rank > file.rank:
		*k.file = ""
		delete(l.origins, key+"_file")
	default:
		*k.p = ""
		delete(l.origins, key)
	}
	return nil
}
