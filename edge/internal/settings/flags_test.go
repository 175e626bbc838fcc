package settings_test

import (
	"bytes"
	"flag"
	"strings"
	"testing"
)

func TestUnknownFlag(t *testing.T) {
	_, err := load(t, "none", nil, []string{"--worker", "3"})
	if err == nil || !strings.Contains(err.Error(), "did you mean --workers?") {
		t.Errorf("got %v, want a proposal", err)
	}
}

func TestOwnFlagsAreSettings(t *testing.T) {
	own := func() (*flag.FlagSet, *string, *bool) {
		flags := flag.NewFlagSet("sensor", flag.ExitOnError)
		flags.Func("once", "a function has no value", func(string) error { return nil })
		return flags, flags.String("sysfs-root", "/sys", "where sensors are"), flags.Bool("dry", false, "read nothing")
	}
	path := writeFile(t, "sysfs_root = '/file'\ndry = true\n")

	flags, root, dry := own()
	s, err := load(t, path, flags, nil)
	if err != nil || *root != "/file" || !*dry {
		t.Errorf("file: got %q %v, %v", *root, *dry, err)
	}
	if out := printed(t, s); !strings.Contains(out, "sysfs_root = \"/file\" # "+path+":1\n") ||
		!strings.Contains(out, "dry = true # "+path+":2\n") || strings.Contains(out, "once") {
		t.Errorf("got %s, want the program's flags in it", out)
	}
	flags, root, dry = own()
	if _, err := load(t, path, flags, []string{"--dry=false"}, "DAEBUS_SYSFS_ROOT=/env"); err != nil || *root != "/env" || *dry {
		t.Errorf("environment and flag: got %q %v, %v", *root, *dry, err)
	}
	flags, _, _ = own()
	flags.Int("workers", 1, "")
	if _, err := load(t, "none", flags, nil); err == nil || !strings.Contains(err.Error(), "own flag --workers has the name of a setting") {
		t.Errorf("same name: got %v", err)
	}
}

func TestHelpAndVersionLookNoFurther(t *testing.T) {
	for _, arg := range []string{"--help", "-h", "--version"} {
		s, err := load(t, "none", nil, []string{arg}, "DAEBUS_WORKERS=x")
		if err != nil || s.Help == (arg == "--version") || s.Version != (arg == "--version") {
			t.Errorf("%s: got %+v, %v", arg, s, err)
		}
	}
	s, err := load(t, "none", nil, []string{"--print-config"})
	if err != nil || !s.PrintConfig {
		t.Errorf("--print-config: got %+v, %v", s, err)
	}
	var b bytes.Buffer
	s.Usage(&b)
	for _, want := range []string{"Usage: kiosk", "--state-dir ", "  DAEBUS_BUS_PASSWORD ", "(10s)", "--config FILE"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("got %s, want %s in it", b.String(), want)
		}
	}
	if strings.Contains(b.String(), "--bus-password ") {
		t.Error("a secret has a flag")
	}
}
