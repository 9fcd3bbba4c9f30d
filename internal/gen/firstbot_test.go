package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"rekey/cmd"
)

// Every command of the page for newcomers and of the README is one that there is,
// with flags that it has.
func TestCommandsOfThePagesExist(t *testing.T) {
	for _, name := range []string{"docs/first-bot.md", "README.md"} {
		page, err := os.ReadFile(filepath.Join(repository, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		found := regexp.MustCompile(`(?m)^    (?:[0-9* ]+ )?(?:cd [^ ]+ && )?(?:\./)?rekey ([^#|\n]+)`).
			FindAllStringSubmatch(string(page), -1)
		if len(found) < 5 {
			t.Errorf("%s names %d commands", name, len(found))
		}
		for _, m := range found {
			root := cmd.Root(io.Discard)
			c, rest, err := root.Find(strings.Fields(m[1]))
			if err != nil || c == root {
				t.Errorf("%s: rekey %s: %v", name, m[1], err)
				continue
			}
			if err := c.ParseFlags(rest); err != nil {
				t.Errorf("%s: rekey %s: %v", name, m[1], err)
			}
		}
	}
}
