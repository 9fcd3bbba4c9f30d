package location

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const plainFile = "X_KEY=" + testKey + "\nX_SECRET=" + testSecret + "\n"

// only checks that nothing but these files is in the folder: a file that is
// left over holds a secret.
func only(t *testing.T, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	want(t, strings.Join(got, " "), strings.Join(names, " "))
}

// Preparing does nothing, and what somebody else did since is not lost.
func TestApplyAfterAnEdit(t *testing.T) {
	env := write(t, map[string]string{".env": plainFile})
	path := filepath.Join(env.Dir, ".env")
	change := prepares(t, env, "dotenv:.env#X", credential(newKey, newSecret, ""))
	want(t, content(t, env, ".env"), plainFile)
	want(t, change.Before(), prepares(t, env, "dotenv:.env#X", credential(testKey, testSecret, "")).After())

	edited := "# a note\n" + plainFile
	if err := os.WriteFile(path, []byte(edited), 0o600); err != nil {
		t.Fatal(err)
	}
	err := change.Apply(t.Context())
	want(
		t,
		isError(t, env, err, ReasonChanged),
		"dotenv:.env#X: .env: was edited since the change was prepared (nothing was written to it; look at it and try again)",
	)
	if !isChanged(err) || isChanged(nil) {
		t.Error("isChanged does not tell")
	}
	want(t, content(t, env, ".env"), edited)
	only(t, env.Dir, ".env")

	// Preparing again leads on, and keeps the note.
	stores(t, env, "dotenv:.env#X", credential(newKey, newSecret, ""))
	want(t, content(t, env, ".env"), swap(edited))
	// The first Change finds that somebody else did its work.
	if err := change.Apply(t.Context()); err != nil {
		t.Errorf("%v", err)
	}
	want(t, content(t, env, ".env"), swap(edited))
}

func TestApplyAfterTheFileIsGone(t *testing.T) {
	env := write(t, map[string]string{".env": plainFile})
	path := filepath.Join(env.Dir, ".env")
	change := prepares(t, env, "dotenv:.env#X", credential(newKey, newSecret, ""))
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	err := change.Apply(t.Context())
	want(
		t,
		isError(t, env, err, ReasonChanged),
		"dotenv:.env#X: .env: is gone since the change was prepared (nothing was written to it; look at it and try again)",
	)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v is not fs.ErrNotExist", err)
	}
	only(t, env.Dir)

	// A folder in its place.
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	isError(t, env, change.Apply(t.Context()), ReasonChanged)
	only(t, env.Dir, ".env")
}

// Of two files one cannot be written. Applying again finishes, preparing with
// the old credential leads back.
func TestApplyHalf(t *testing.T) {
	files := map[string]string{
		"config.json": `{"add_config_files": ["p.json"], "exchange": {"name": "okx", "key": "` + testKey + `"}}`,
		"p.json":      `{"exchange": {"secret": "` + testSecret + `"}}`,
	}
	env := write(t, files)
	change := prepares(t, env, "freqtrade:config.json", credential(newKey, newSecret, ""))
	// As if the process had been killed between the two.
	if err := os.WriteFile(filepath.Join(env.Dir, "config.json"), []byte(swap(files["config.json"])), 0o600); err != nil {
		t.Fatal(err)
	}
	again := prepares(t, env, "freqtrade:config.json", credential(newKey, newSecret, ""))
	if again.Done() || again.Before() != again.After() ||
		!strings.Contains(again.Describe(), "config.json: nothing changes; ") {
		t.Errorf("half done is described as %s", again)
	}
	back := prepares(t, env, "freqtrade:config.json", credential(testKey, testSecret, ""))
	if err := change.Apply(t.Context()); err != nil {
		t.Fatalf("the same change does not go on: %v", err)
	}
	want(t, content(t, env, "p.json"), swap(files["p.json"]))
	isError(t, env, back.Apply(t.Context()), ReasonChanged) // it was prepared before
	stores(t, env, "freqtrade:config.json", credential(testKey, testSecret, ""))
	for name, was := range files {
		want(t, content(t, env, name), was)
	}
}

// A configuration that is not written itself says where the credential is.
func TestApplyAfterAnEditBeside(t *testing.T) {
	files := map[string]string{
		"config.json": `{"add_config_files": ["p.json"], "exchange": {"name": "okx"}}`,
		"p.json":      `{"exchange": {"key": "` + testKey + `", "secret": "` + testSecret + `"}}`,
	}
	env := write(t, files)
	change := prepares(t, env, "freqtrade:config.json", credential(newKey, newSecret, ""))
	for _, text := range []string{`{"exchange": {"name": "okx", "secret": "CANARYother"}, "add_config_files": ` +
		`["p.json"]}`, `{"exchange": {"name": "okx"}}`, "CANARY"} {
		if err := os.WriteFile(filepath.Join(env.Dir, "config.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		want(
			t,
			isError(t, env, change.Apply(t.Context()), ReasonChanged),
			"freqtrade:config.json: what the location leads to has changed since the change was prepared (nothing was "+
				"written; look at it and try again)",
		)
		want(t, content(t, env, "p.json"), files["p.json"])
	}
}

func TestSplice(t *testing.T) {
	data := []byte("0123456789")
	for _, c := range []struct {
		edits []edit
		want  string
	}{
		{nil, "0123456789"},
		{[]edit{{9, 10, "z"}, {0, 1, "abc"}, {4, 4, "-"}}, "abc123-45678z"},
		{[]edit{{1, 3, ""}, {3, 5, "x"}}, "0x56789"},
		{[]edit{{1, 4, ""}, {3, 5, ""}}, ""},
		{[]edit{{5, 4, ""}}, ""},
		{[]edit{{9, 11, ""}}, ""},
	} {
		got, ok := splice(data, c.edits)
		want(t, string(got), c.want)
		if ok != (c.want != "") || ok && !sameOutside(data, got, c.edits) {
			t.Errorf("%v: %v", c.edits, ok)
		}
	}
	for _, after := range []string{"x12345678y", "0123456789", "a1234567890", "a12345678z9", ""} {
		if sameOutside(data, []byte(after), []edit{{0, 1, "a"}, {9, 10, "z"}}) {
			t.Errorf("%s is said to differ within the edits alone", after)
		}
	}
}

// What a killed write left behind holds the new secret. It goes away with the
// next Apply, also with one that finds nothing to do.
func TestApplySweeps(t *testing.T) {
	env := write(
		t,
		map[string]string{
			".env":                              plainFile,
			"..env.0123456789abcdef.rekey-tmp":  "CANARY",
			".other.0123456789abcdef.rekey-tmp": "x",
		},
	)
	stores(t, env, "dotenv:.env#X", credential(testKey, testSecret, ""))
	only(t, env.Dir, ".env", ".other.0123456789abcdef.rekey-tmp")
}

func TestApplyStopsWhenToldTo(t *testing.T) {
	env := write(t, map[string]string{".env": plainFile})
	change := prepares(t, env, "dotenv:.env#X", credential(newKey, newSecret, ""))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := change.Apply(ctx)
	want(t, isError(t, env, err, ReasonFailed), "dotenv:.env#X: was not written: context canceled")
	if _, prepareErr := mustParse(t, "dotenv:.env#X").Prepare(ctx, env, credential(newKey, newSecret, "")); !errors.Is(
		err,
		context.Canceled,
	) ||
		!errors.Is(prepareErr, context.Canceled) {
		t.Errorf("got %v and %v", err, prepareErr)
	}
	want(t, content(t, env, ".env"), plainFile)
	only(t, env.Dir, ".env")
}

// isChanged reports whether an error of Apply says that somebody else changed the
// location since the Change was prepared.
func isChanged(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Reason == ReasonChanged
}
