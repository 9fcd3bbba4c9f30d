package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"rekey/internal/pages"
)

// Words that were given up stand nowhere any more: not in the code, not in the
// documents, not in what the tests expect. A user is "they".
func TestRetiredWordsAreGone(t *testing.T) {
	retired := map[string]string{}
	for _, w := range pages.Words() {
		for _, old := range w.Not {
			retired[old] = w.Word
		}
	}
	person := regexp.MustCompile(`\b([Hh]e|[Hh]is|[Hh]im|[Hh]imself)\b`)
	err := filepath.WalkDir(repository, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(repository, path)
		name = filepath.ToSlash(name)
		switch {
		case d.IsDir() && (d.Name() == ".git" || d.Name() == ".cache" || d.Name() == "node_modules"):
			return filepath.SkipDir
		case d.IsDir() || !written(name) || name == "internal/pages/words.go" || name == "internal/gen/words_test.go":
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text = bytes.ReplaceAll(text, []byte("ip_allowlist"), nil) // a field in the answers of an exchange
		for old, now := range retired {
			if i := bytes.Index(text, []byte(old)); i >= 0 {
				t.Errorf("%s:%d says %q; the word is %q (docs/words.md)", name, 1+bytes.Count(text[:i], []byte("\n")), old, now)
			}
		}
		if at := person.FindIndex(text); at != nil {
			t.Errorf("%s:%d says %q of somebody; say they", name, 1+bytes.Count(text[:at[0]], []byte("\n")), text[at[0]:at[1]])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// written reports whether a file is text that this project wrote for people.
func written(name string) bool {
	switch filepath.Ext(name) {
	case ".go", ".md", ".txtar", ".txt", ".yaml", ".yml", ".html", ".sh", ".1":
		return !strings.HasPrefix(name, "rekey-drill/")
	}
	return false
}

// Every word has one meaning.
func TestWordsOfThePage(t *testing.T) {
	seen := map[string]bool{}
	for _, w := range pages.Words() {
		if seen[w.Word] || w.Meaning == "" {
			t.Errorf("%q is there twice, or says nothing", w.Word)
		}
		seen[w.Word] = true
	}
}
