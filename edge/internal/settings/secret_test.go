package settings_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/internal/settings"
)

// secret has a form that no encoding changes.
const secret = "hunter2Z"

func TestPasswordOrigins(t *testing.T) {
	private := writeFile(t, secret)
	credentials := t.TempDir()
	if err := os.WriteFile(filepath.Join(credentials, "bus_password"), []byte("credential"), 0o600); err != nil {
		t.Fatal(err)
	}
	byFile, byText := fmt.Sprintf("bus_password_file = %q", private), "bus_password = \"toml\""
	for _, tt := range []struct {
		toml, env      string
		want, printing string
	}{
		{"", "", "credential", "# bus_password = \"********\" # credential bus_password\n"},
		{byFile, "", secret, "# bus_password = \"********\" # " + private + "\n"},
		{byText, "", "toml", "\nbus_password = \"********\" # "},
		{byFile, "DAEBUS_BUS_PASSWORD=env", "env", "\nbus_password = \"********\" # DAEBUS_BUS_PASSWORD\nbus_password_file = \"\" # default\n"},
		{byText, "DAEBUS_BUS_PASSWORD_FILE=" + private, secret, "# bus_password = \"********\" # " + private + "\n"},
	} {
		s, err := load(t, writeFile(t, tt.toml), nil, nil, tt.env, "CREDENTIALS_DIRECTORY="+credentials)
		if err != nil || s.Password != tt.want {
			t.Errorf("%s %s: got %v, %v, want %s", tt.toml, tt.env, s, err, tt.want)
			continue
		}
		if out := printed(t, s); !strings.Contains(out, tt.printing) || strings.Contains(out, tt.want+`"`) {
			t.Errorf("%s %s: got %s, want %s in it", tt.toml, tt.env, out, tt.printing)
		}
	}
	_, err := load(t, writeFile(t, byFile+"\n"+byText), nil, nil)
	if err == nil || !strings.Contains(err.Error(), "both give the password of the bus; keep one") {
		t.Errorf("both in the file: got %v", err)
	}
}

func TestSecretsNeedAClosedFile(t *testing.T) {
	for content, secret := range map[string]bool{
		"bus_password = 'x'": true, "bus = 'redis://:x@bus'": true, "bus = 'redis://kiosk@bus'": false, "workers = 3": false,
	} {
		path := writeFile(t, content)
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := load(t, path, nil, nil)
		if (err != nil) != secret || secret && !strings.Contains(err.Error(), "chmod o-r "+path) {
			t.Errorf("%s: got %v", content, err)
		}
	}
}

func TestPasswordFiles(t *testing.T) {
	write := func(content string, mode os.FileMode) string {
		path := filepath.Join(t.TempDir(), "bus_password")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	complete := func(k *kiosk, credentials string) error {
		return settings.Complete(k.table(), func(name string) string {
			return map[string]string{"CREDENTIALS_DIRECTORY": credentials}[name]
		})
	}
	private, open := write(secret+"\n", 0o640), write(secret+"\r\n", 0o644)
	credentials := filepath.Dir(open)
	for _, tt := range []struct {
		name, file, credentials string
		mistake                 string // "" wants the secret
	}{
		{"private file", private, "", ""},
		{"credential", "", credentials, ""},
		{"file named in the credentials", open, credentials, ""},
		{"open file", open, "", "everybody can read it; run: chmod o-r " + open},
		{"no file", "/nowhere", "", "no such file"},
		{"directory", t.TempDir(), "", "want a regular file"},
		{"empty file", write("\n", 0o600), "", "the file is empty"},
		{"large file", write(strings.Repeat("x", 4097), 0o600), "", "want at most 4096 bytes"},
	} {
		k := kiosk{PasswordFile: tt.file}
		err := complete(&k, tt.credentials)
		switch {
		case tt.mistake == "" && (err != nil || k.Password != secret):
			t.Errorf("%s: got %q, %v", tt.name, k.Password, err)
		case tt.mistake != "" && (err == nil || !strings.Contains(err.Error(), tt.mistake)):
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.mistake)
		}
	}

	var k kiosk
	if err := complete(&k, t.TempDir()); err != nil || k.Password != "" {
		t.Errorf("no credential: got %q, %v, want none", k.Password, err)
	}
	k = kiosk{Password: "in Go", PasswordFile: "/nowhere"}
	if err := complete(&k, credentials); err != nil || k.Password != "in Go" {
		t.Errorf("both: got %q, %v, want the password", k.Password, err)
	}
}
