package edge

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// ownSettings are the flags the program has defined. Names with a dot are those
// of package testing.
func ownSettings(flags *flag.FlagSet) (own []setting) {
	flags.VisitAll(func(f *flag.Flag) {
		if !strings.Contains(f.Name, ".") {
			key := strings.ReplaceAll(f.Name, "-", "_")
			own = append(own, setting{key, foreign{f.Name, f.Value}, f.DefValue, f.Usage})
		}
	})
	return own
}

// raw keeps a flag's text until it is known whether it counts.
type raw string

func (r *raw) Set(s string) error { *r = raw(s); return nil }
func (r *raw) String() string     { return string(*r) }

// define adds the settings to flags, and the flags that are not settings.
func (s *Settings) define(flags *flag.FlagSet) (errs []error) {
	define := func(name, help string, as func(name, help string)) {
		if flags.Lookup(name) != nil {
			errs = append(errs, fmt.Errorf("config: the program's own flag --%s has the name of a setting; rename it", name))
			return
		}
		as(name, help)
	}
	text := func(name, help string) { flags.Var(new(raw), name, help) }
	yes := func(p *bool) func(name, help string) {
		return func(name, help string) { flags.BoolVar(p, name, false, help) }
	}
	for _, set := range settings(&s.Config) {
		if name := set.flag(); name != "" {
			define(name, set.help, text)
		}
	}
	define("config", "TOML file to read; default /etc/daebus/"+s.service+".toml if it is there", text)
	define("print-config", "print the settings with their origins", yes(&s.PrintConfig))
	define("version", "print the version", yes(&s.Version))
	define("help", "print this", yes(&s.Help))
	return errs
}

// parse returns the flags given in args. Package flag stops at the first one it
// does not understand.
func (s *Settings) parse(flags *flag.FlagSet, args []string, errs []error) (map[string]string, []error) {
	defer flags.SetOutput(flags.Output())
	flags.SetOutput(io.Discard)
	flags.Usage = func() { s.Usage(flags.Output()) }
	flags.Init(s.service, flag.ContinueOnError)

	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) { // -h
		s.Help = true
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
