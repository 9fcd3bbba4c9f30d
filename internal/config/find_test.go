package config

import (
	"os"
	"path/filepath"
	"testing"
)

func TestFind(t *testing.T) {
	root := t.TempDir()
	at := func(parts ...string) string { return filepath.Join(append([]string{root}, parts...)...) }
	touch := func(path string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	touch(at("work", "rekey.yaml"))
	touch(at("work", "other.yaml"))
	touch(at("home", ".config", "rekey", "rekey.yaml"))
	touch(at("xdg", "rekey", "rekey.yaml"))
	touch(at("file"))
	if err := os.MkdirAll(at("dir", "rekey.yaml"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name     string
		explicit string
		env      map[string]string
		workdir  string
		want     string
		err      string
	}{
		{
			name: "the flag comes first", explicit: at("work", "other.yaml"),
			env: map[string]string{"REKEY_CONFIG": at("gone")}, workdir: at("work"), want: at("work", "other.yaml"),
		},
		{
			name: "the flag is relative to the working directory", explicit: "other.yaml", workdir: at("work"),
			want: at("work", "other.yaml"),
		},
		{
			name: "the flag names nothing", explicit: "gone.yaml", workdir: at("work"),
			err: at("work", "gone.yaml") + ": does not exist; --config names it",
		},
		{
			name: "then the variable", env: map[string]string{"REKEY_CONFIG": "other.yaml"}, workdir: at("work"),
			want: at("work", "other.yaml"),
		},
		{
			name: "the variable names nothing", env: map[string]string{"REKEY_CONFIG": at("gone")}, workdir: at("work"),
			err: at("gone") + ": does not exist; $REKEY_CONFIG names it",
		},
		{
			name: "then the working directory", env: map[string]string{"XDG_CONFIG_HOME": at("xdg")}, workdir: at("work"),
			want: at("work", "rekey.yaml"),
		},
		{name: "a directory of that name is for Load to refuse", workdir: at("dir"), want: at("dir", "rekey.yaml")},
		{
			name: "then XDG_CONFIG_HOME", env: map[string]string{"XDG_CONFIG_HOME": at("xdg"), "HOME": at("home")},
			workdir: root, want: at("xdg", "rekey", "rekey.yaml"),
		},
		{
			name: "then HOME", env: map[string]string{"HOME": at("home")}, workdir: root,
			want: at("home", ".config", "rekey", "rekey.yaml"),
		},
		{name: "a relative XDG_CONFIG_HOME is ignored", env: map[string]string{
			"XDG_CONFIG_HOME": "xdg",
			"HOME":            at("home"),
		}, workdir: root, want: at("home", ".config", "rekey", "rekey.yaml")},
		{name: "nothing at all", workdir: root},
		{name: "nothing in XDG_CONFIG_HOME", env: map[string]string{
			"XDG_CONFIG_HOME": at("work"),
			"HOME":            at("home"),
		}, workdir: root},
		{name: "a home that is no directory", env: map[string]string{"HOME": at("file")}, workdir: root},
	} {
		t.Run(c.name, func(t *testing.T) {
			path, ok, err := Find(c.explicit, func(name string) string { return c.env[name] }, c.workdir)
			if path != c.want || ok != (c.want != "") {
				t.Errorf("got %q, %v, want %q", path, ok, c.want)
			}
			if c.err == "" && err != nil || c.err != "" && (err == nil || err.Error() != c.err) {
				t.Errorf("got %v, want %s", err, c.err)
			}
		})
	}
}
