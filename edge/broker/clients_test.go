package broker_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/broker"
	"github.com/daebus/daebus-go/edge/internal/redistest"
)

// CLIENT LIST ID tells clients in the order they are asked for, one as often as
// that is, and leaves out those that are not there.
func TestClientListID(t *testing.T) {
	_, ours := serve(t, broker.Config{})
	for name, addr := range map[string]string{"redis": redistest.Start(t).Addr, "broker": ours} {
		ids := make(map[string]string)
		for _, client := range []string{"a", "b", "c"} {
			p := dial(t, addr)
			p.do("CLIENT", "SETNAME", client)
			ids[client] = strconv.FormatInt(p.do("CLIENT", "ID").Int, 10)
		}
		list := dial(t, addr).do("CLIENT", "LIST", "ID", ids["c"], ids["a"], "99999", "0", "-1", ids["c"], ids["b"])
		var got []string
		for _, m := range regexp.MustCompile(` name=(\w+) `).FindAllStringSubmatch(string(list.Bytes), -1) {
			got = append(got, m[1])
		}
		if want := "c a c b"; strings.Join(got, " ") != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
