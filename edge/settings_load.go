package edge

import (
	"cmp"
	"flag"
	"fmt"
	"path/filepath"
)

// Settings is what [Load] found.
type Settings struct {
	// Config is complete: defaults are filled in and secrets are read.
	Config Config

	// What the command line asks for instead of a run. With Help or Version
	// nothing else has been looked at.
	Help, Version, PrintConfig bool

	service string
	table   []setting         // the Config's settings, then the program's own
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

// sources are the values found outside, as text.
type sources struct {
	file  tomlFile
	env   map[string]string // by variable
	flags map[string]string // by flag, only those given
}

// Load reads the settings of the service from the TOML file, from environ
// ("NAME=value") and from args (without the program's name), as the package
// comment says. It parses args with flags: those defined there before are the
// program's own settings, and a nil flags has none. Load reports every mistake it
// finds, joined, and shows no secret in them.
func Load(service string, flags *flag.FlagSet, args, environ []string) (*Settings, error) {
	return load("/etc/daebus", service, flags, args, environ)
}

func load(etc, service string, flags *flag.FlagSet, args, environ []string) (*Settings, error) {
	if flags == nil {
		flags = flag.NewFlagSet(service, flag.ContinueOnError)
	}
	s := &Settings{service: service, origins: map[string]origin{}}
	own := ownSettings(flags)
	errs := s.define(flags)
	s.table = append(settings(&s.Config), own...)

	var src sources
	src.flags, errs = s.parse(flags, args, errs)
	if s.Help || s.Version {
		return s, nil
	}
	src.env, errs = s.environment(environ, errs)
	if path := cmp.Or(src.flags["config"], src.env["DAEBUS_CONFIG"]); path != "" {
		src.file, errs = s.readFile(path, errs)
	} else if path = filepath.Join(etc, service+".toml"); exists(path) {
		src.file, errs = s.readFile(path, errs)
	}
	for _, set := range s.table {
		if err := s.choose(set, src); err != nil {
			errs = append(errs, err)
		}
	}
	if err := s.choosePassword(); err != nil {
		errs = append(errs, err)
	}
	if err := s.Config.complete(func(name string) string { return src.env[name] }, errs...); err != nil {
		return nil, err
	}
	return s, nil
}

// choose gives set the value of its highest origin, if it has any.
func (s *Settings) choose(set setting, src sources) error {
	var text string
	var from origin
	if v, ok := src.file.values[set.key]; ok {
		text, from = v, origin{fromFile, src.file.place(set.key)}
	}
	if v := src.env[set.env()]; v != "" {
		text, from = v, origin{fromEnv, set.env()}
	}
	if v, ok := src.flags[set.flag()]; ok {
		text, from = v, origin{fromFlag, "--" + set.flag()}
	}
	if from.rank == 0 {
		return nil
	}
	s.origins[set.key] = from
	if _, own := set.kind.(foreign); own && from.rank == fromFlag {
		return nil // package flag has set it
	}
	if err := set.Set(text); err != nil {
		name := from.name
		if from.rank == fromFile {
			name += ": " + set.key
		}
		return fmt.Errorf("config: %s=%.100q: %w", name, set.mask(text), err)
	}
	if from.rank == fromFile && src.file.open && set.mask(text) != text {
		return fmt.Errorf("config: %s: everybody can read the secret in %s; run: chmod o-r %s", from.name, set.key, src.file.path)
	}
	return nil
}

// choosePassword settles which of bus_password and bus_password_file counts: the
// one with the higher origin, and the other is dropped.
func (s *Settings) choosePassword() error {
	password, file := s.origins["bus_password"], s.origins["bus_password_file"]
	c := &s.Config
	switch {
	case c.BusPassword == "" || c.BusPasswordFile == "":
	case password.rank == file.rank:
		return fmt.Errorf("config: %s and %s: both give the password of the bus; keep one", password.name, file.name)
	case password.rank > file.rank:
		c.BusPasswordFile = ""
		delete(s.origins, "bus_password_file")
	default:
		c.BusPassword = ""
		delete(s.origins, "bus_password")
	}
	return nil
}
