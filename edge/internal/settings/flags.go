package settings

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// ownSettings are the flags the program has defined. Names with a dot are those
// of package testing.
func ownSettings(flags *flag.FlagSet) (table []Setting) {
	flags.VisitAll(func(f *flag.Flag) {
		if !strings.Contains(f.Name, ".") {
			key := strings.ReplaceAll(f.Name, "-", "_")
			table = append(table, Setting{key, own{f.Name, f.Value}, f.DefValue, f.Usage})
		}
	})
	return table
}

// raw keeps a flag's text until it is known whether it counts.
type raw string

func (r *raw) Set(s string) error { *r = raw(s); return nil }
func (r *raw) String() string     { return string(*r) }

// define adds to the flags the settings in table, and what is no setting.
func (l *Loaded) define(table []Setting) (errs []error) {
	flags := l.from.Flags
	free := func(name string) bool {
		if flags.Lookup(name) == nil {
			return true
		}
		errs = append(errs, fmt.Errorf("config: the program's own flag --%s has the name of a setting; rename it", name))
		return false
	}
	text := func(name string) {
		if free(name) {
			flags.Var(new(raw), name, "")
		}
	}
	yes := func(p *bool, name string) {
		if free(name) {
			flags.BoolVar(p, name, false, "")
		}
	}
	for _, set := range table {
		if name := set.flag(); name != "" {
			text(name)
		}
	}
	text("config")
	yes(&l.PrintConfig, "print-config")
	yes(&l.Version, "version")
	yes(&l.Help, "help")
	return errs
}

// parse returns the flags given on the command line. Package flag stops at the
// first one it does not understand.
func (l *Loaded) parse(errs []error) (map[string]string, []error) {
	flags := l.from.Flags
	defer flags.SetOutput(flags.Output())
	flags.SetOutput(io.Discard)
	flags.Usage = func() { l.Usage(flags.Output()) }
	flags.Init(l.from.Service, flag.ContinueOnError)

	err := flags.Parse(l.from.Args)
	if errors.Is(err, flag.ErrHelp) { // -h
		l.Help = true
	} else if err != nil {
		errs = append(errs, fmt.Errorf("config: %w%s", err, nearestFlag(flags, err)))
	} else if flags.NArg() > 0 {
		errs = append(errs, fmt.Errorf("config: argument %q: want only flags; see --help", flags.Arg(0)))
	}
	given := map[string]string{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = f.Value.String() })
	return given, errs
}

func nearestFlag(flags *flag.FlagSet, err error) string {
	name, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: -")
	if !ok {
		return ""
	}
	var known []string
	flags.VisitAll(func(f *flag.Flag) { known = append(known, f.Name) })
	return didYouMean("--%s", name, known)
}
