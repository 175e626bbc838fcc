package gate

import (
	"net/http"
	"slices"

	"github.com/daebus/daebus-go/daebus"
)

// Origins keeps the pages of other origins than those listed from having a
// browser write here in its user's name: all methods but GET, HEAD and OPTIONS.
// "*" among them lets every page do it. An entry that is no scheme://host[:port]
// lets none.
func Origins(list []string, next http.Handler) http.Handler {
	if slices.Contains(list, "*") {
		return next
	}
	protection := http.NewCrossOriginProtection()
	for _, origin := range list {
		_ = protection.AddTrustedOrigin(origin)
	}
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		daebus.WriteError(w, 0, daebus.Errorf(daebus.Denied,
			"a page of another origin may not do that; add it to origins: %s", r.Header.Get("Origin")))
	}))
	return protection.Handler(next)
}
