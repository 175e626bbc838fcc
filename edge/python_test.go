package edge_test

import (
	"encoding/json"
	"os/exec"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

// The messages here are shaped as the Python original sends them, and its
// caller is not ours: shared/wire/daebus.md, section 1.

const inbox = "caller:5d44c3df-3b23-4e0f-8bfc-3f9e607d4b14"

// pythonCall publishes a request and returns the replies up to the final one.
func pythonCall(t *testing.T, w *world, replyTo, request string) (replies []map[string]any) {
	t.Helper()
	in, out := dialStranger(t, w.addr), dialStranger(t, w.addr)
	in.do("SUBSCRIBE", replyTo)
	if got := out.do("PUBLISH", "asked", request).Int; got != 1 {
		t.Fatalf("got %d receivers, want 1", got)
	}
	for {
		var reply map[string]any
		text := in.message()
		if err := json.Unmarshal([]byte(text), &reply); err != nil || len(reply) != 4 {
			t.Fatalf("got %s, want four keys", text)
		}
		replies = append(replies, reply)
		if reply["final"] == true {
			return replies
		}
	}
}

func success(id string, payload any, final bool) map[string]any {
	return map[string]any{"status": "success", "payload": payload, "request_id": id, "final": final}
}

func testPythonCaller(t *testing.T, w *world) {
	id := "a61b8b71-30ba-4fa7-ad27-537f62cec5f3"
	for _, c := range []struct {
		name, request string
		want          map[string]any
	}{
		{
			"object", `{"action": "add", "payload": {"a": 2, "b": 3}, "reply_to": "` + inbox + `", "request_id": "` + id + `", "service": "asked"}`,
			success(id, 5., true),
		},
		{
			"string", `{"action": "echo", "payload": "{\"in\": 1}", "reply_to": "` + inbox + `", "request_id": "` + id + `"}`,
			success(id, map[string]any{"in": 1.}, true),
		},
		{
			"error", `{"action": "nope", "payload": {}, "reply_to": "` + inbox + `", "request_id": "` + id + `"}`,
			map[string]any{
				"status": "error", "request_id": id, "final": true,
				"payload": map[string]any{"error": `asked has no action "nope"`, "code": "not_found"},
			},
		},
	} {
		got := pythonCall(t, w, inbox, c.request)
		if len(got) != 1 || !reflect.DeepEqual(got[0], c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func testPythonForms(t *testing.T, w *world) {
	got := pythonCall(t, w, "asked.responses", `{"action": "echo", "payload": {"x": 1}, "request_id": "7", "service": "asked"}`)
	if want := success("7", map[string]any{"x": 1.}, true); !reflect.DeepEqual(got[0], want) {
		t.Errorf("without reply_to: got %v, want %v", got, want)
	}
	dialStranger(t, w.addr).do("PUBLISH", "asked", `{"level": "info", "message": "hello", "action": "note"}`)
	var merged map[string]any
	text, _ := strings.CutPrefix(receive(t, w.notes), "note ")
	want := map[string]any{"level": "info", "message": "hello"}
	if err := json.Unmarshal([]byte(text), &merged); err != nil || !reflect.DeepEqual(merged, want) {
		t.Errorf("send_to_service: got %s, want %v", text, want)
	}
}

func testPythonProgress(t *testing.T, w *world) {
	got := pythonCall(t, w, inbox, `{"action": "count", "payload": 3, "reply_to": "`+inbox+`", "request_id": "dc58", "service": "asked"}`)
	want := []map[string]any{
		success("dc58", 0., false), success("dc58", 1., false), success("dc58", 2., false), success("dc58", "done", true),
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// An operator at the shell is a client like any other.
func testRedisCLI(t *testing.T, w *world) {
	cli, err := exec.LookPath("redis-cli")
	if err != nil {
		t.Skip("redis-cli is not installed; to run this test: sudo apt-get install redis-tools")
	}
	_, port, _ := strings.Cut(w.addr, ":")
	in := dialStranger(t, w.addr)
	in.do("SUBSCRIBE", "me")
	out, err := exec.Command(cli, "-p", port, "PUBLISH", "asked", `{"action":"add","payload":{"A":1,"B":2},"reply_to":"me"}`).CombinedOutput()
	if n, _ := strconv.Atoi(strings.TrimSpace(string(out))); err != nil || n != 1 {
		t.Fatalf("got %q, %v, want 1 receiver", out, err)
	}
	if got := in.message(); !strings.Contains(got, `"payload":3`) {
		t.Errorf("got %s, want 3", got)
	}

	listen := exec.CommandContext(t.Context(), cli, "-p", port, "SUBSCRIBE", "from-go")
	pipe, err := listen.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := listen.Start(); err != nil {
		t.Fatal(err)
	}
	defer listen.Wait() // killed
	defer listen.Process.Kill()
	eventually(t, "redis-cli listens", func() bool {
		n, err := w.asker.Broadcast(t.Context(), "from-go", "hello")
		return err == nil && n == 1
	})
	buf, text := make([]byte, 1000), ""
	for !strings.Contains(text, `"hello"`) {
		n, err := pipe.Read(buf)
		if err != nil {
			t.Fatalf("got %q, %v", text, err)
		}
		text += string(buf[:n])
	}
}
