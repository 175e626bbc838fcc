package settings

import (
	"errors"
	"fmt"
)

// Complete checks the settings that are set, gives the others their defaults and
// reads secrets that are not set from their files, or from the credentials in
// the directory getenv knows as CREDENTIALS_DIRECTORY. It returns every mistake
// found, joined. Completing again changes nothing.
func Complete(table []Setting, getenv func(string) string) error {
	var errs []error
	for _, set := range table {
		if text := set.String(); text != "" {
			if err := set.Set(text); err != nil {
				errs = append(errs, fmt.Errorf("config: %s %q: %w", set.Key, set.mask(text), err))
			}
		} else if set.Default != "" {
			set.Set(set.Default)
		}
	}
	for _, set := range table {
		if k, ok := set.Kind.(secret); ok {
			errs = append(errs, k.read(set.Key, getenv("CREDENTIALS_DIRECTORY")))
		}
	}
	return errors.Join(errs...)
}
