package main

import (
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The pictures of the README show what the commands print, but for how long they
// took: runs that go on at once take turns.
func TestPicturesAreTrue(t *testing.T) {
	made, err := pictures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(made) != 4 {
		t.Errorf("%d pictures", len(made))
	}
	for name, now := range made {
		have, err := os.ReadFile(filepath.Join(repository, filepath.FromSlash(pictureFolder), name))
		if err != nil {
			t.Errorf("%v; run: make pictures", err)
			continue
		}
		want, got := textOf(t, now), textOf(t, have)
		if diff := cmp.Diff(untimed(got), untimed(want)); diff != "" {
			t.Errorf("%s is not what the program prints; run: make pictures\n%s", name, diff)
		}
		if !strings.Contains(got, "rekey drill") || strings.Contains(string(have), "\x1b") {
			t.Errorf("%s:\n%s", name, got)
		}
	}
	readme, err := os.ReadFile(filepath.Join(repository, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for name := range made {
		if !strings.Contains(string(readme), pictureFolder+"/"+name) {
			t.Errorf("the README does not show %s", name)
		}
	}
}

// textOf is the text of a picture, a line for each line.
func textOf(t *testing.T, picture []byte) string {
	t.Helper()
	var lines []string
	for _, row := range strings.Split(string(picture), "\n") {
		line := ""
		for _, m := range regexp.MustCompile(`<text x="([0-9.]+)"[^>]*>([^<]*)</text>`).FindAllStringSubmatch(row, -1) {
			x, err := strconv.ParseFloat(m[1], 64)
			if err != nil {
				t.Fatal(err)
			}
			column := int((x-margin)/charWidth + 0.5)
			line += strings.Repeat(" ", max(0, column-len([]rune(line)))) + html.UnescapeString(m[2])
		}
		if strings.Contains(row, "<text") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// untimed replaces times and amounts and the blanks before them.
func untimed(text string) string {
	text = regexp.MustCompile(` +([0-9]+m)?[0-9.]+m?s\b`).ReplaceAllString(text, " T")
	text = regexp.MustCompile(` +[0-9]+\.[0-9]{2}`).ReplaceAllString(text, " N")
	text = regexp.MustCompile(`\b[0-9]{5}\.[0-9]{2} USDT`).ReplaceAllString(text, "N USDT")
	return regexp.MustCompile(` T +[0-9]+ N`).ReplaceAllString(text, " T O N")
}
