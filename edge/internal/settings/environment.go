package settings

import (
	"fmt"
	"slices"
	"strings"
)

// environment keeps the variables by name. Those of ours that no setting has are
// mistakes, unless they belong to tests.
func (l *Loaded) environment(errs []error) []error {
	known := []string{prefix + "CONFIG"}
	for _, set := range l.table {
		known = append(known, set.env())
	}
	l.env = map[string]string{}
	for _, v := range l.from.Environ {
		name, value, _ := strings.Cut(v, "=")
		l.env[name] = value
		if !strings.HasPrefix(name, prefix) || slices.Contains(known, name) ||
			strings.HasPrefix(name, prefix+"TEST_") || strings.HasPrefix(name, prefix+"REQUIRE_") {
			continue
		}
		errs = append(errs, fmt.Errorf("config: unknown variable %s%s", name, didYouMean("%s", name, known)))
	}
	return errs
}
