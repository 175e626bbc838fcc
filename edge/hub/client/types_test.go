package client_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// declared is a program that holds daebus.js, here actual.js, to what
// daebus.d.ts says, and uses it as pages do.
const declared = `
import * as declared from './daebus.js';
import * as actual from './actual.js';

const connect: typeof declared.connect = actual.connect;
const Failure: typeof declared.Failure = actual.Failure;

const bus = connect();
bus.subscribe<{ celsius: number }>('climate', (value, topic) => console.log(value.celsius.toFixed(), topic.age, topic.epoch));
bus.addEventListener('error', (e) => console.log(e.detail.code));
bus.on<{ text: string }>('message', ({ text }) => console.log(text))();
const sum = await bus.call<number, { done: number }>('add', [1, 2], { timeout: 100, progress: ({ done }) => console.log(done), signal: new AbortController().signal });
console.log(sum + 1, bus.publish('door', {}), new Failure('busy', '').code, bus.online);
`

// TestTypes asks the TypeScript compiler, where there is one.
func TestTypes(t *testing.T) {
	tsc, err := exec.LookPath("tsc")
	if err != nil {
		missing(t, "no TypeScript compiler; to run this test: npm install --global typescript@5")
	}
	dir := t.TempDir()
	for from, to := range map[string]string{"daebus.d.ts": "daebus.d.ts", "daebus.js": "actual.js", "package.json": "package.json"} {
		text, err := os.ReadFile(from)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, to), text, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "check.ts"), []byte(declared), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(tsc, "--strict", "--noImplicitAny", "false", "--allowJs", "--checkJs", "--noEmit",
		"--target", "es2022", "--module", "nodenext", "--moduleResolution", "nodenext", "check.ts")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("tsc: %v\n%s", err, out)
	}
}
